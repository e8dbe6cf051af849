//! The entity of the requests for one action, in words of the language.

use super::approvals::{AGREE, BECAUSE, CHECKER, EXPIRES_AT, HASH, MAKER, One, VERSION, target};
use crate::syntax::{Action, Field, FieldType, Fields, From, Input, Map, Name, Read, States, Step};

impl One<'_> {
    pub fn fields(&self, refers: bool) -> Map<Field> {
        let typed = |ty: FieldType| Field { ty: Some(self.word(ty)), ..Field::default() };
        let frozen = |field: Field| Field { frozen: Some(self.span()), ..field };
        let person = || FieldType::Ref {
            entity: self.name(self.document.identity.user.name()),
            within: None,
        };
        let text = |min, max| FieldType::Text { min: Some(min), max: Some(max) };
        let mut fields = Map::default();
        let mut add = |name: &str, field: Field, summary: &str| {
            let summary = (!summary.is_empty()).then(|| self.name(summary));
            let summary = field.summary.clone().or(summary);
            fields.push(self.name(name), Field { summary, ..field });
        };
        if refers {
            let ty = FieldType::Ref { entity: self.name(&self.name.value), within: None };
            add(&target(&self.name.value), frozen(typed(ty)), "The row that it is about");
        }
        let version = typed(FieldType::Int { min: Some(1), max: Some(i64::from(i32::MAX)) });
        add(VERSION, frozen(version), "Its version, when it was asked for");
        for name in &self.action.accept {
            if let Some(field) = self.entity.fields.get(&name.value) {
                let Field { ty, optional, summary, deleted, pii, .. } = field.clone();
                let kept = Field { ty, optional, summary, deleted, pii, ..Field::default() };
                add(&name.value, frozen(kept), "");
            }
        }
        for (name, input) in self.action.input.iter() {
            let Input { ty, optional, summary } = input.clone();
            add(&name.value, frozen(Field { ty, optional, summary, ..Field::default() }), "");
        }
        if self.action.because.is_some() {
            add(BECAUSE, frozen(typed(text(1, 500))), "Why it was asked for");
        }
        add(MAKER, frozen(typed(person())), "Who asked for it");
        add(
            HASH,
            frozen(typed(text(64, 64))),
            "Over all that was asked for: who agrees says it back",
        );
        add(EXPIRES_AT, frozen(typed(FieldType::Timestamp)), "Until then somebody may agree");
        let decided = Field { optional: true, ..typed(person()) };
        add(CHECKER, decided, "Who agreed, or refused");
        fields
    }

    pub fn states(&self) -> States {
        let list = ["open", "approved", "rejected", "withdrawn", "expired"];
        States {
            list: list.map(|name| self.name(name)).into(),
            groups: Map::default(),
            was: Map::default(),
            span: self.span(),
        }
    }

    /// Those who may agree, and who asked.
    pub fn reads(&self, shown: Vec<Name>) -> Map<Vec<Read>> {
        let mut reads = Map::default();
        let maker = self.name("maker");
        for name in self.approval.by.iter().chain([&maker]) {
            let read = Read { fields: Fields::These(shown.clone()), when: None };
            reads.push(name.clone(), vec![read]);
        }
        reads
    }

    pub fn actions(&self) -> Map<Action> {
        let mut actions = Map::default();
        actions.push(self.name(AGREE), self.agree());
        actions.push(self.name("reject"), self.reject());
        let by = vec![self.name("maker")];
        let summary = "Who asked for it does not want it any more.";
        actions.push(self.name("withdraw"), Action { by, ..self.leads("withdrawn", summary) });
        let at = Some(self.name(EXPIRES_AT));
        let summary = "Nobody agreed in time.";
        actions.push(self.name("expire"), Action { at, ..self.leads("expired", summary) });
        actions
    }

    fn leads(&self, to: &str, summary: &str) -> Action {
        Action {
            summary: Some(self.name(summary)),
            from: Some(From::These(vec![self.name("open")])),
            to: Some(self.name(to)),
            ..Action::default()
        }
    }

    /// By somebody else than who asked.
    fn decided(&self, to: &str, summary: &str) -> Action {
        let (mut set, mut require) = (Map::default(), Map::default());
        set.push(self.name(CHECKER), self.name("actor"));
        require.push(self.name("another_person"), self.name(&format!("{MAKER} != actor")));
        Action {
            by: self.approval.by.clone(),
            require,
            steps: vec![Step::setting(set, self.span())],
            ..self.leads(to, summary)
        }
    }

    fn agree(&self) -> Action {
        let mut input = Map::default();
        let hash = FieldType::Text { min: Some(64), max: Some(64) };
        let hash = Input { ty: Some(self.word(hash)), ..Input::default() };
        input.push(self.name(HASH), hash);
        let summary = "Another person agrees to exactly this, and it is done.";
        let mut agree = self.decided("approved", summary);
        let same = self.name(&format!("input.{HASH} == {HASH}"));
        agree.require.push(self.name("same_command"), same);
        Action { input, idempotency: self.action.idempotency.clone(), ..agree }
    }

    fn reject(&self) -> Action {
        let because = Some(self.span());
        Action { because, ..self.decided("rejected", "Another person refuses it, and says why.") }
    }
}
