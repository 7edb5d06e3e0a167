//! Requests that must bring a token.

use aws_sdk_elasticloadbalancingv2::types::{
    JwtValidationActionAdditionalClaim, JwtValidationActionAdditionalClaimFormatEnum,
    JwtValidationActionConfig,
};
use trueup_sdk::native::{Field, Fields, Nested, Shape};
use trueup_value::Type;

use crate::blocks;

const NAME: &str = "jwt_validation";

pub(super) fn block() -> Nested {
    let claim = Nested::set(
        "additional_claim",
        [
            Field::required("format", Type::String)
                .about("How its values are written.")
                .one_of(&["single-string", "string-array", "space-separated-values"]),
            Field::required("name", Type::String).about("The name of the claim."),
            Field::required("values", Type::set(Type::String)).about("The values that will do."),
        ],
    );
    Nested::list(
        NAME,
        [
            Field::required("issuer", Type::String).about("Who must have issued the token."),
            Field::required("jwks_endpoint", Type::String).about("Where the issuer's keys are."),
        ],
    )
    .at_most(1)
    .about("The token a request must bring.")
    .block(claim.about("What the token must claim besides."))
}

pub(super) fn write(block: &Fields) -> JwtValidationActionConfig {
    let text = |name: &str| block.text(name).map(str::to_owned);
    let claims = blocks::blocks(block, "additional_claim")
        .into_iter()
        .map(|claim| {
            let format = claim
                .text("format")
                .map(JwtValidationActionAdditionalClaimFormatEnum::from);
            JwtValidationActionAdditionalClaim::builder()
                .set_format(format)
                .set_name(claim.text("name").map(str::to_owned))
                .set_values(Some(blocks::texts(&claim, "values")))
                .build()
        });
    let claims: Vec<_> = claims.collect();
    JwtValidationActionConfig::builder()
        .set_issuer(text("issuer"))
        .set_jwks_endpoint(text("jwks_endpoint"))
        .set_additional_claims(Some(claims).filter(|claims| !claims.is_empty()))
        .build()
}

pub(super) fn show(config: &JwtValidationActionConfig, shape: &Shape, name: &str) -> Fields {
    let path = format!("{name}.{NAME}");
    let mut block = shape.empty_at(&path);
    let empty = shape.empty_at(&format!("{path}.additional_claim"));
    let claims = config.additional_claims().iter().map(|told| {
        let mut claim = empty.clone();
        let format = told
            .format()
            .map(JwtValidationActionAdditionalClaimFormatEnum::as_str);
        claim.set("format", blocks::text(format));
        claim.set("name", blocks::text(told.name()));
        claim.set("values", blocks::text_set(told.values()));
        claim
    });
    block.set("issuer", blocks::text(config.issuer()));
    block.set("jwks_endpoint", blocks::text(config.jwks_endpoint()));
    block.set("additional_claim", blocks::set(&empty, claims));
    block
}
