//! Doors of commands: no row of their own, only steps.

use super::doors::DoorCx;
use super::pieces::{Step, refuse};
use super::who::{Place, Row};
use super::{far, hooks, steps};

/// Declarations and steps.
pub fn body(it: &DoorCx<'_>) -> (Vec<String>, Vec<Step>) {
    let row = Row {
        inputs: it.inputs(),
        moment: true.into(),
        made_by: Some(it.action()),
        ..Row::new(it.cx, it.entity, "", Place::Door)
    };
    let require = it.require(&row);
    let asked = hooks::asked(it, &row);
    let steps = steps::lower(it, &row);
    let far = far::prologue(it, &row, None);

    let mut body = vec![it.enter()];
    if !it.looks && it.guard("accept") {
        body.push(refuse("_id IS NULL", format!("{}.accept", it.path()), "BP422"));
    }
    body.extend(it.shape_of_inputs());
    body.extend(it.by(&row));
    body.extend(it.readable_inputs());
    body.extend(far.before);
    body.extend(far.after);
    body.extend(row.moment());
    body.extend(require);
    let mut declare = far.declare;
    if let Some(asked) = asked
        && asked.ends(&mut declare, &mut body)
    {
        return (declare.into_iter().chain(row.declared()).collect(), body);
    }
    body.extend(steps.check);
    body.push(it.tell(&[]));
    body.extend(steps.write);
    let declare = declare.into_iter().chain(steps.declare).chain(row.declared());
    (declare.collect(), body)
}
