//! Data source `aws_eks_cluster_auth`: a token that a cluster takes. Nothing
//! is called for it.

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Shape, problem},
};
use trueup_value::Type;

use super::token;
use crate::{client::Account, fields};

pub(super) struct ClusterAuth;

impl DataSource<Account> for ClusterAuth {
    fn shape(&self) -> Shape {
        Shape::new(
            "A token that a cluster takes for 15 minutes. It is signed here, with the provider's credentials; nobody is asked for it.",
            [
                fields::id(),
                fields::region(),
                Field::required("name", Type::String)
                    .about("The name of the cluster.")
                    .length(1, 100),
                Field::computed("token", Type::String)
                    .about("The token.")
                    .sensitive(),
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
            let doing = format!("signing a token for EKS Cluster ({name})");
            let credentials = account.credentials().await;
            let credentials = credentials.map_err(|error| vec![error.problem(&doing)])?;
            let (endpoint, region) = account.sts_endpoint();
            let now = account.world.clock.now();
            let token = token::token(&name, &endpoint, &region, &credentials, now);
            let token = token.map_err(|error| vec![problem(&doing, error.to_string())])?;
            config.set_text("id", name);
            config.set_text("token", token);
            fields::show_region(account, &mut config);
            Ok(config)
        })
    }
}
