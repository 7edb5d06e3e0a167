//! Settings of a bucket that are objects of their own: there is one of a kind,
//! found by the bucket's name.

use std::{marker::PhantomData, sync::LazyLock, time::Duration};

use trueup_sdk::{
    Answer, Drift, Explanation, Interrupted, Object, PlanRequest, PlanResponse, Problem,
    ReadResponse, Recovery,
    native::{
        Create, Delete, Deleted, Failure, Field, Fields, Made, ResourceType, Shape, Update,
        attribute_problem,
    },
    ready,
};
use trueup_value::{Type, Value};

use super::names;
use crate::{
    CallError,
    client::{Account, Call, Service},
    fields,
    patience::{self, PROPAGATION},
    plan,
};

/// The bucket is gone, or the setting is.
pub(super) const NO_BUCKET: &[&str] = &["NoSuchBucket", "NotFound"];

/// A setting that was written shows within this time.
const VISIBLE: Duration = Duration::from_secs(60);

/// Whose setting it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) bucket: String,
    /// The account the bucket must belong to.
    pub(super) owner: Option<String>,
}

/// A kind of settings.
pub(super) trait Setting: Send + Sync + 'static {
    /// What the service tells of it.
    type Told: Send + Sync;

    /// How messages call it.
    const CALLED: &'static str;

    /// Whether `expected_bucket_owner` is one of its arguments.
    const OWNED: bool = true;

    /// What it looks like, but for the bucket.
    fn shape() -> Shape;

    /// Judges a configuration.
    fn validate(config: &Fields) -> Vec<Problem> {
        let _ = config;
        Vec::new()
    }

    /// What is wrong with a change.
    fn wrong_change(prior: &Fields, planned: &Fields) -> Option<Problem> {
        let _ = (prior, planned);
        None
    }

    /// The attribute with a policy document, if there is one.
    const POLICY: Option<&'static str> = None;

    /// What there is; `None` if there is none.
    fn get<'a>(
        account: &'a Account,
        at: &'a At,
    ) -> Answer<'a, Result<Option<Self::Told>, CallError>>;

    /// Makes it as planned.
    fn put<'a>(
        account: &'a Account,
        at: &'a At,
        planned: &'a Fields,
        prior: Option<&'a Fields>,
    ) -> Answer<'a, Result<(), CallError>>;

    /// Takes it away.
    fn remove<'a>(
        account: &'a Account,
        at: &'a At,
        object: &'a Fields,
    ) -> Answer<'a, Result<(), CallError>>;

    /// Whether what there is, is what every bucket begins with.
    fn is_initial(told: &Self::Told) -> bool {
        let _ = told;
        false
    }

    /// Whether what there is, is what was planned.
    fn settled(told: &Self::Told, planned: &Fields) -> bool;

    /// Sets what there is; the object is as planned, or as it was.
    fn show(told: &Self::Told, shape: &Shape, object: &mut Fields);
}

/// The resource type of a kind of settings.
pub(super) struct OfBucket<S> {
    shape: LazyLock<Shape>,
    kind: PhantomData<S>,
}

/// A call that writes a setting. A bucket that was just made is not known
/// everywhere, and settings of one bucket are written one after another.
pub(super) fn write<'a>(
    account: &'a Account,
    action: &'static str,
    prior: Option<&Fields>,
) -> Call<'a> {
    let passes = match prior {
        Some(_) => aborted,
        None => unsettled,
    };
    account.to(Service::S3, action).waits(PROPAGATION, passes)
}

/// A call that takes a setting away.
pub(super) fn removal<'a>(account: &'a Account, action: &'static str) -> Call<'a> {
    account.to(Service::S3, action).waits(PROPAGATION, aborted)
}

/// Another setting of the bucket is being written.
pub(super) fn aborted(error: &CallError) -> bool {
    error.is(&["OperationAborted"])
}

fn unsettled(error: &CallError) -> bool {
    aborted(error) || error.is(NO_BUCKET)
}

/// The attributes all settings have.
pub(super) fn of_bucket(owned: bool) -> Vec<Field> {
    let mut fields = vec![fields::id(), fields::region(), bucket()];
    fields.extend(owned.then(owner));
    fields
}

/// `bucket`.
pub(super) fn bucket() -> Field {
    Field::required("bucket", Type::String)
        .about("The name of the bucket.")
        .checked(names::check_existing)
        .replaces()
}

/// `expected_bucket_owner`.
pub(super) fn owner() -> Field {
    Field::optional("expected_bucket_owner", Type::String)
        .about("The account the bucket must belong to.")
        .checked(check_account)
        .replaces()
}

fn check_account(value: &Value, called: &str) -> Option<Problem> {
    let text = value.as_str()?;
    let valid = text.is_empty() || (text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()));
    let summary =
        format!("\"{called}\" doesn't look like AWS Account ID (exactly 12 digits): {text:?}");
    (!valid).then(|| attribute_problem(called, &summary, ""))
}

impl At {
    fn of(object: &Fields) -> Self {
        let text = |name: &str| object.text(name).filter(|text| !text.is_empty());
        let id = text("id").unwrap_or_default();
        let (bucket, owner) = id.split_once(',').unwrap_or((id, ""));
        let owner = text("expected_bucket_owner").or(Some(owner).filter(|owner| !owner.is_empty()));
        At {
            bucket: text("bucket").unwrap_or(bucket).to_owned(),
            owner: owner.map(str::to_owned),
        }
    }

    fn id(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{},{owner}", self.bucket),
            None => self.bucket.clone(),
        }
    }
}

impl<S: Setting> OfBucket<S> {
    pub(super) fn new() -> Self {
        OfBucket {
            shape: LazyLock::new(S::shape),
            kind: PhantomData,
        }
    }

    fn show(&self, account: &Account, told: &S::Told, before: &Fields) -> Fields {
        let mut object = before.clone();
        let at = At::of(before);
        object.set_text("id", at.id());
        object.set_text("bucket", at.bucket);
        if S::OWNED {
            object.set_text("expected_bucket_owner", at.owner.unwrap_or_default());
        }
        fields::show_region(account, &mut object);
        S::show(told, &self.shape, &mut object);
        object
    }

    fn called(at: &At) -> String {
        format!("{} ({})", S::CALLED, at.id())
    }

    /// Writes a setting and waits until it shows.
    async fn write(&self, account: &Account, planned: Fields, prior: Option<&Fields>) -> Made {
        let at = At::of(&planned);
        let doing = match prior {
            None => format!("creating {}", Self::called(&at)),
            Some(_) => format!("updating {}", Self::called(&at)),
        };
        let failed = |error: CallError| Failure::from(error.problem(&doing));
        let put = S::put(account, &at, &planned, prior).await;
        put.map_err(failed)?;
        let look = || async {
            let told = S::get(account, &at).await?;
            Ok(told.filter(|told| S::settled(told, &planned)))
        };
        match patience::until(account, VISIBLE, look)
            .await
            .map_err(failed)?
        {
            Some(told) => Ok(self.show(account, &told, &planned).into()),
            None => Err(Failure::from(trueup_sdk::native::problem(
                &doing,
                "It was written, but does not show. Run this again.",
            ))),
        }
    }
}

impl<S: Setting> ResourceType<Account> for OfBucket<S> {
    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        S::validate(config)
    }

    fn plan<'a>(
        &'a self,
        account: &'a Account,
        shape: &'a Shape,
        request: PlanRequest<'a>,
    ) -> Answer<'a, PlanResponse> {
        let mut response = match S::POLICY {
            Some(name) => plan::plan_policy(account, shape, &request, name, |_, _| {}),
            None => plan::plan(account, shape, &request),
        };
        if let (Some(prior), Some(planned)) = (request.prior, &response.planned) {
            let wrong = S::wrong_change(&Fields::of(&prior.value), &Fields::of(planned));
            response.problems.extend(wrong);
        }
        ready(response)
    }

    fn read<'a>(&'a self, account: &'a Account, object: Object) -> Answer<'a, ReadResponse> {
        Box::pin(async move {
            let object = Fields::of(&object.value);
            let at = At::of(&object);
            let told = match S::get(account, &at).await {
                Err(error) if error.is(NO_BUCKET) => Ok(None),
                told => told,
            };
            let shown = told.map(|told| told.map(|told| self.show(account, &told, &object)));
            fields::read(shown, || Self::called(&at))
        })
    }

    /// There is one of a kind to a bucket: it is found by the bucket's name.
    fn identify(&self, _: &Account, planned: &Fields) -> Option<String> {
        Some(At::of(planned).id())
    }

    fn create<'a>(&'a self, account: &'a Account, create: Create<'a>) -> Answer<'a, Made> {
        Box::pin(self.write(account, create.planned, None))
    }

    fn update<'a>(&'a self, account: &'a Account, update: Update<'a>) -> Answer<'a, Made> {
        Box::pin(async move {
            let prior = Fields::of(&update.prior.value);
            self.write(account, update.planned, Some(&prior)).await
        })
    }

    fn delete<'a>(&'a self, account: &'a Account, delete: Delete<'a>) -> Answer<'a, Deleted> {
        Box::pin(async move {
            let object = Fields::of(&delete.prior.value);
            let at = At::of(&object);
            let answer = S::remove(account, &at, &object).await;
            fields::deleted(answer, NO_BUCKET, || Self::called(&at))
        })
    }

    fn import<'a>(
        &'a self,
        _: &'a Account,
        mut empty: Fields,
        id: &'a str,
    ) -> Option<Answer<'a, Made>> {
        let (bucket, owner) = id.split_once(',').unwrap_or((id, ""));
        empty.set_text("bucket", bucket);
        if S::OWNED && !owner.is_empty() {
            empty.set_text("expected_bucket_owner", owner);
        }
        Some(fields::import_by_id(empty, id))
    }

    fn explain<'a>(
        &'a self,
        account: &'a Account,
        drift: Drift<'a>,
    ) -> Answer<'a, Vec<Explanation>> {
        fields::explain(account, Service::S3, drift, "bucket")
    }

    /// What was written is found by the bucket's name; writing it again makes
    /// no difference.
    fn recover<'a>(
        &'a self,
        account: &'a Account,
        action: Interrupted<'a>,
    ) -> Answer<'a, Recovery> {
        Box::pin(async move {
            if let Some(prior) = action.prior {
                return fields::recovered(self.read(account, prior.clone()).await);
            }
            let Some(id) = action.identity else {
                return Recovery::Unknown;
            };
            let mut empty = self.shape.empty();
            empty.set_text("id", id);
            match S::get(account, &At::of(&empty)).await {
                Ok(Some(told)) if !S::is_initial(&told) => {
                    Recovery::Found(self.show(account, &told, &empty).into())
                }
                Ok(_) => Recovery::Absent,
                Err(error) if error.is(NO_BUCKET) => Recovery::Absent,
                Err(_) => Recovery::Unknown,
            }
        })
    }
}
