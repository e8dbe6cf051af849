//! Totals that begin anew with each window, as the tests' engine knows them.

use super::expect::table;
use super::expression::expr;
use super::spec;
use crate::model::{Adds, EntityId, FieldId, Lowered, Model, Per, Quota};
use crate::schema;

pub fn quota(model: &Model, id: EntityId, quota: &Quota) -> spec::Quota {
    let (entity, child) = (&model[id], &model[quota.child]);
    let name = |id: FieldId| child.fields[id.0].name.clone();
    spec::Quota {
        name: quota.name.clone(),
        child: child.name.clone(),
        by: name(quota.by),
        adds: match quota.adds {
            Adds::Sum(field) => spec::Adds::Sum(name(field)),
            Adds::Max(field) => spec::Adds::Max(name(field)),
            Adds::Count => spec::Adds::Count,
        },
        filter: quota.filter.as_ref().map(|filter| expr(child, None, filter)),
        per: match quota.per {
            Per::Day => spec::Per::Day,
            Per::Week => spec::Per::Week,
            Per::Month => spec::Per::Month,
            Per::Year => spec::Per::Year,
        },
        cap: expr(entity, None, &quota.cap),
        refuse: quota.when_lowered == Lowered::Refuse,
        paid: quota.paid,
        first: id <= quota.child,
        table: schema::windows(&entity.name, quota),
        column: table(entity),
    }
}
