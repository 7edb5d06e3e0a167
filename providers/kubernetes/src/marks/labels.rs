//! `kubernetes_labels`: labels of an object that is managed elsewhere.

use trueup_sdk::native::Field;
use trueup_value::Type;

use super::marking::{Mark, Marking};

pub(super) fn kind() -> Marking {
    Marking {
        about: "Labels of an object that is managed elsewhere. Others it has are left alone.",
        marks: &[Mark {
            name: "labels",
            json: "labels",
            of_pods: false,
        }],
        fields: || vec![Field::required("labels", Type::map(Type::String)).about("The labels.")],
    }
}
