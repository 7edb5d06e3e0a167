//! Data source `aws_ssm_parameter`: a parameter that exists.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape},
};
use trueup_value::Type;

use crate::{
    blocks,
    client::{Account, Service},
    fields,
};

pub(super) struct Parameter;

impl DataSource<Account> for Parameter {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| Field::computed(name, Type::String).about(about);
        Shape::new(
            "A parameter of the parameter store that exists.",
            [
                fields::id(),
                fields::region(),
                Field::required("name", Type::String)
                    .about("The name, which may end in a version or label."),
                Field::optional("with_decryption", Type::Bool).about(
                    "Whether a value of the type SecureString is decrypted; it is by default.",
                ),
                text("arn", "The ARN."),
                text(
                    "insecure_value",
                    "The value, shown; null of the type SecureString.",
                ),
                text("type", "String, StringList or SecureString."),
                text("value", "The value.").sensitive(),
                Field::computed("version", Type::Number).about("The version."),
            ],
        )
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        mut config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let name = config.text("name").unwrap_or_default().to_owned();
            let doing = format!("reading SSM Parameter ({name})");
            let decrypt = config.flag("with_decryption").unwrap_or(true);
            let asked = serde_json::json!({"Name": name, "WithDecryption": decrypt});
            let answer = account.json(Service::Ssm, "GetParameter", &asked).await;
            let answer = answer.map_err(|error| vec![error.problem(&doing)])?;
            let told = &answer["Parameter"];
            let text = |name: &str| told[name].as_str();
            let secret = text("Type") == Some("SecureString");
            config.set("arn", blocks::text(text("ARN")));
            config.set("type", blocks::text(text("Type")));
            config.set("value", blocks::text(text("Value")));
            config.set(
                "insecure_value",
                blocks::text(text("Value").filter(|_| !secret)),
            );
            config.set("version", blocks::number(told["Version"].as_i64()));
            config.set_text("id", text("Name").unwrap_or(&name));
            fields::show_region(account, &mut config);
            Ok(config)
        })
    }
}
