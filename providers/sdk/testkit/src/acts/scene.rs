//! What an act plays with.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, RandomState},
};

use trueup_sdk::{Object, native::Fields};
use trueup_value::Value;

use crate::{
    Suite,
    examples::Surroundings,
    stage::{Change, Kept, Planned, Stage},
    suite::Presence,
};

/// A stage with what an act has put on it.
pub(crate) struct Scene<'a> {
    pub(crate) suite: &'a Suite,
    pub(crate) stage: Stage<'a>,
    pub(crate) unique: String,
    surroundings: Surroundings,
    /// What has to be there, and its type.
    props: Vec<(&'a str, Object)>,
    /// The object the act is about, where there is one.
    pub(crate) object: Option<Object>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(suite: &'a Suite, stage: Stage<'a>) -> Self {
        Scene {
            suite,
            stage,
            unique: String::new(),
            surroundings: Surroundings::default(),
            props: Vec::new(),
            object: None,
        }
    }

    /// Makes what has to be there.
    pub(crate) async fn prepare(&mut self) -> Kept<()> {
        self.rename();
        for need in &self.suite.needs {
            let stage = self.stage.of(&need.kind)?;
            let config = self.surroundings.config(stage.block, &need.example)?;
            let made = stage.settle(None, &config).await;
            let object = made.map_err(|what| format!("{} that is needed: {what}", need.kind))?;
            self.surroundings.add(&need.name, &object);
            self.props.push((&need.kind, object));
        }
        Ok(())
    }

    /// From now on examples have other names.
    pub(crate) fn rename(&mut self) {
        let random = RandomState::new().hash_one(0);
        self.unique = format!("t{:08x}", random & 0xffff_ffff);
        let mut texts: BTreeMap<String, String> = self.suite.given.iter().cloned().collect();
        texts.insert("unique".to_owned(), self.unique.clone());
        self.surroundings.texts = texts;
    }

    /// Takes everything away again.
    pub(crate) async fn clear(&mut self) -> Kept<()> {
        if let Some(object) = self.object.take() {
            self.stage.destroy(&object).await?;
        }
        while let Some((kind, object)) = self.props.pop() {
            self.stage.of(kind)?.destroy(&object).await?;
        }
        Ok(())
    }

    pub(crate) fn examples(&self) -> usize {
        self.suite.examples.len()
    }

    pub(crate) fn in_world(&self) -> bool {
        self.suite.presence == Presence::World
    }

    /// The configuration of an example.
    pub(crate) fn config(&self, example: usize) -> Kept<Value> {
        let example = &self.suite.examples[example];
        let config = self.surroundings.config(self.stage.block, example)?;
        self.stage.validate(&config)?;
        Ok(config)
    }

    /// Makes or changes the object; it is remembered.
    pub(crate) async fn settle(&mut self, config: &Value) -> Kept<Object> {
        let planned = self.stage.plan(self.object.as_ref(), config).await?;
        self.carry_out(&planned, config).await
    }

    pub(crate) async fn carry_out(&mut self, planned: &Planned, config: &Value) -> Kept<Object> {
        let prior = self.object.clone();
        let settled = self
            .stage
            .carry_out(prior.as_ref(), planned, config)
            .await?;
        self.object = Some(settled.clone());
        Ok(settled)
    }

    /// The same, and what it failed with; what is left then is remembered.
    pub(crate) async fn attempt(
        &mut self,
        planned: &Planned,
        config: &Value,
    ) -> Kept<Option<String>> {
        let prior = self.object.clone();
        let identity = match prior {
            None => self.stage.identify(planned),
            Some(_) => None,
        };
        let attempt = self
            .stage
            .attempt(prior.as_ref(), planned, config, identity.as_deref());
        let (object, failed) = attempt.await?;
        self.object = object;
        Ok(failed)
    }

    /// Destroys the object and forgets it.
    pub(crate) async fn destroy(&mut self) -> Kept<()> {
        match self.object.take() {
            Some(object) => self.stage.destroy(&object).await,
            None => Ok(()),
        }
    }

    /// The object of the first example, as it is read back.
    pub(crate) async fn first(&mut self) -> Kept<(Value, Object)> {
        let config = self.config(0)?;
        let object = self.settle(&config).await?;
        let read = self.stage.read_back(&object).await?;
        self.object = Some(read.clone());
        Ok((config, read))
    }

    /// The examples the first one can become without being replaced, and in
    /// more than what the service does not tell.
    pub(crate) async fn updates(&self, first: &Object) -> Kept<Vec<(Value, Planned)>> {
        let mut updates = Vec::new();
        for example in 1..self.examples() {
            let config = self.config(example)?;
            let planned = self.stage.plan(Some(first), &config).await?;
            let told = self.without(&self.suite.untold, &planned.value)
                != self.without(&self.suite.untold, &first.value);
            if planned.change == Change::Update && told {
                updates.push((config, planned));
            }
        }
        Ok(updates)
    }

    /// The same object with null for some attributes.
    pub(crate) fn without(&self, attributes: &[String], object: &Value) -> Value {
        let attributes = attributes.iter();
        attributes.fold(object.clone(), |object, path| blanked(&object, path))
    }

    /// Sees that two objects are the same but for what is another one each
    /// time.
    pub(crate) fn alike(&self, what: &str, expected: &Object, found: &Object) -> Kept<()> {
        let without = |object: &Object| self.without(&self.suite.rerolled, &object.value);
        crate::stage::same(what, &without(expected), &without(found))
    }

    /// Sees that there are so many objects by the name of this scene, where
    /// anybody can tell.
    pub(crate) fn count(&self, expected: usize) -> Kept<()> {
        let found = self.stage.outside.count(self.stage.kind, &self.unique);
        match found {
            Some(found) if found != expected => Err(format!(
                "there should be {expected} in the world and are {found}"
            )),
            _ => Ok(()),
        }
    }
}

/// A value with null for an attribute, `block.attribute`, in each of its
/// objects.
fn blanked(value: &Value, path: &str) -> Value {
    if let Value::List(list) = value {
        let elements = list.elements().iter();
        let elements = elements.map(|element| blanked(element, path)).collect();
        return Value::list(list.element_type().clone(), elements);
    }
    let mut fields = Fields::of(value);
    let (name, inner) = path.split_once('.').unwrap_or((path, ""));
    let blank = match inner {
        "" => Value::null(fields.get(name).ty()),
        inner => blanked(fields.get(name), inner),
    };
    fields.set(name, blank);
    fields.into_value()
}
