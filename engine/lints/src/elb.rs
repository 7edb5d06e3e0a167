//! Target groups and what is bound to them.

use crate::view::{Object, Resource, View};

/// The target group of a binding: the one with its ARN or, while that is not
/// known, the only one its resource refers to.
pub(crate) fn target_group_of<'a>(
    view: &View<'a>,
    binding: &Object<'_>,
) -> Option<&'a Resource<'a>> {
    let arn = binding.at("spec.targetGroupARN");
    let mut groups = view.managed("aws_lb_target_group");
    if let Some(arn) = arn.text() {
        return groups.find(|group| group.at("arn").text() == Some(arn));
    }
    if let Some(name) = binding.at("spec.targetGroupName").text() {
        return groups.find(|group| group.at("name").text() == Some(name));
    }
    if !arn.is_unknown() {
        return None;
    }
    let group = groups.find(|group| view.refers(binding.owner, group))?;
    let other = groups.find(|group| view.refers(binding.owner, group));
    other.is_none().then_some(group)
}
