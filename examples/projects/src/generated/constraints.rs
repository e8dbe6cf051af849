//! Which rule of the blueprint each constraint of the database keeps.

use super::kernel::db::{Constraint, Violation};

pub const CONSTRAINTS: &[Constraint] = &[
    Constraint {
        name: "user_email_check",
        path: "entities.User.fields.email",
        violation: Violation::Bounds("email"),
    },
    Constraint {
        name: "team_name_check",
        path: "entities.Team.fields.name",
        violation: Violation::Bounds("name"),
    },
    Constraint {
        name: "member_user_key",
        path: "entities.Member.unique.user",
        violation: Violation::Unique,
    },
    Constraint {
        name: "member_role_check",
        path: "entities.Member.fields.role",
        violation: Violation::Bounds("role"),
    },
    Constraint {
        name: "member_team_fkey",
        path: "entities.Member.fields.team",
        violation: Violation::Reference("team"),
    },
    Constraint {
        name: "member_user_fkey",
        path: "entities.Member.fields.user",
        violation: Violation::Reference("user"),
    },
    Constraint {
        name: "project_name_check",
        path: "entities.Project.fields.name",
        violation: Violation::Bounds("name"),
    },
    Constraint {
        name: "project_team_fkey",
        path: "entities.Project.fields.team",
        violation: Violation::Reference("team"),
    },
    Constraint {
        name: "task_title_check",
        path: "entities.Task.fields.title",
        violation: Violation::Bounds("title"),
    },
    Constraint {
        name: "task_state_check",
        path: "entities.Task.states",
        violation: Violation::Bounds("state"),
    },
    Constraint {
        name: "task_team_fkey",
        path: "entities.Task.fields.team",
        violation: Violation::Reference("team"),
    },
    Constraint {
        name: "task_project_fkey",
        path: "entities.Task.fields.project",
        violation: Violation::Reference("project"),
    },
    Constraint {
        name: "task_assignee_fkey",
        path: "entities.Task.fields.assignee",
        violation: Violation::Reference("assignee"),
    },
];
