//! `kubernetes_annotations`: annotations of an object that is managed
//! elsewhere, and of the pods it makes.

use trueup_sdk::native::Field;
use trueup_value::Type;

use super::marking::{Mark, Marking};

pub(super) fn kind() -> Marking {
    Marking {
        about: "Annotations of an object that is managed elsewhere. Others it has are left alone.",
        marks: &[
            Mark {
                name: "annotations",
                json: "annotations",
                of_pods: false,
            },
            Mark {
                name: "template_annotations",
                json: "annotations",
                of_pods: true,
            },
        ],
        fields: || {
            let texts = || Type::map(Type::String);
            vec![
                Field::optional("annotations", texts()).about("The annotations."),
                Field::optional("template_annotations", texts())
                    .about("Annotations of the pods it makes."),
            ]
        },
    }
}
