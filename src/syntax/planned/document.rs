//! Sections of a blueprint.

use super::super::form::{Form, Word};
use super::super::names::Alphabet;
use super::entitlements::ENTITLEMENT;
use super::events::EVENTS;
use super::files::FILE;
use super::integrations::INTEGRATION;
use super::jobs::JOB;
use super::ledger::LEDGER;
use super::notifications::NOTIFICATION;
use super::queues::QUEUE;
use super::retention::RETENTION;
use super::schedules::SCHEDULE;
use super::scopes::SCOPE;
use super::tables::TABLE;
use super::tenants::TENANT;
use super::webhooks::WEBHOOK;

const SNAKE: Option<Alphabet> = Some(Alphabet::Snake);

pub(in super::super) static DOCUMENT: &[Word] = &[
    Word::new(
        "tenants",
        "Which tenants stand within which others.",
        Form::Map(Some(Alphabet::Pascal), &Form::Words(&TENANT)),
        "{ Organization: {}, Workspace: { within: Organization } }",
    ),
    Word::new(
        "scopes",
        "What a key or a job may do: less than the role it acts as.",
        Form::Map(SNAKE, &Form::Words(&SCOPE)),
        "{ invoices_read: { in: till, as: manager, read: [Invoice] } }",
    ),
    Word::new(
        "tables",
        "Decisions as tables, whose rows cover every case.",
        Form::Map(SNAKE, &Form::Words(&TABLE)),
        "{ refund_share: { input: { notice: duration }, output: { share: bps }, rows: [{ then: { share: 0 } }] } }",
    ),
    Word::new(
        "ledger",
        "Accounts, and the postings between them, whose legs add up to nothing.",
        Form::Words(&LEDGER),
        "{ accounts: { escrow: {} }, postings: { capture: { legs: [{ account: escrow, amount: paid }] } } }",
    ),
    Word::new(
        "entitlements",
        "What a tenant's plan lets him do; refused with 402, never a permission.",
        Form::Map(SNAKE, &Form::Words(&ENTITLEMENT)),
        "{ exports: { for: [Report.export], holds: plan is pro } }",
    ),
    Word::new(
        "webhooks",
        "Events that others send, verified, once each, every state decided.",
        Form::Map(SNAKE, &Form::Words(&WEBHOOK)),
        "{ stripe: { verify: { scheme: stripe, secrets: [$STRIPE_SECRET] }, event: { id: id, type: type }, events: {} } }",
    ),
    Word::new(
        "integrations",
        "Services of others that hooks call.",
        Form::Map(SNAKE, &Form::Words(&INTEGRATION)),
        "{ stripe: { base_url: $STRIPE_URL, secret: $STRIPE_KEY } }",
    ),
    Word::new(
        "jobs",
        "Work after a transaction, tried again until it is done or given up.",
        Form::Map(SNAKE, &Form::Words(&JOB)),
        "{ capture_payment: { for: Payment, call: stripe_capture } }",
    ),
    Word::new(
        "schedules",
        "Work at times of the clock.",
        Form::Map(SNAKE, &Form::Words(&SCHEDULE)),
        "{ payouts: { daily: 02:00, per: Organization, run: build_payouts } }",
    ),
    Word::new(
        "events",
        "What is told to others, and where.",
        Form::Words(&EVENTS),
        "{ send_to: [Organization.endpoints], include: [booking.*] }",
    ),
    Word::new(
        "notifications",
        "What people are told, and by which channels.",
        Form::Map(SNAKE, &Form::Words(&NOTIFICATION)),
        "{ booking_confirmed: { channels: [email, push], template: booking_confirmed } }",
    ),
    Word::new(
        "files",
        "Kinds of files: their types, size, scan and variants.",
        Form::Map(SNAKE, &Form::Words(&FILE)),
        "{ photo: { types: [image/jpeg, image/png], max: 10MB } }",
    ),
    Word::new(
        "queues",
        "Rows that wait for somebody to take them on.",
        Form::Map(SNAKE, &Form::Words(&QUEUE)),
        "{ disputes: { of: Dispute, where: state == open, claim: 30m, due: 72h } }",
    ),
    Word::new(
        "retention",
        "How long rows are kept, and what becomes of them.",
        Form::Map(SNAKE, &Form::Words(&RETENTION)),
        "{ messages: { of: Message, keep: 2y from booking.ended_at, then: anonymise } }",
    ),
];
