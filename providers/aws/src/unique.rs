//! Names nobody else has.

use trueup_sdk::world::World;

/// What makes a name unique: the time and chance, 26 characters, as
/// Terraform's provider writes it.
pub(crate) fn suffix(world: &World) -> Option<String> {
    let now = jiff::Timestamp::try_from(world.clock.now()).ok()?;
    let time = now.strftime("%Y%m%d%H%M%S");
    let fraction = now.subsec_nanosecond() / 100_000;
    let drawn = world.random.bytes(4).ok()?;
    let drawn: String = drawn.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!("{time}{fraction:04}{drawn}"))
}

/// The part of a generated name before what makes it unique; empty if the
/// name does not look generated.
pub(crate) fn prefix(name: &str) -> &str {
    let Some(start) = name.len().checked_sub(26) else {
        return "";
    };
    let Some((prefix, suffix)) = name.split_at_checked(start) else {
        return "";
    };
    let (time, drawn) = suffix.split_at(18);
    let digits = time.bytes().all(|b| b.is_ascii_digit());
    let hexadecimal = drawn.bytes().all(|b| b.is_ascii_hexdigit());
    if digits && hexadecimal { prefix } else { "" }
}
