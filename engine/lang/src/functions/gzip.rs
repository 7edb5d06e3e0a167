//! `base64gzip`.

use base64::Engine;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use trueup_value::{Type, Value};

use super::{Named, arguments::text, encoding::BASE64};
use crate::{
    context::Context,
    function::{Function, FunctionError, Param},
};

/// No name, no time, no flags, written by an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// An empty stored block, the last one.
const END: [u8; 5] = [1, 0, 0, 0xff, 0xff];

pub(super) fn functions(_: &Context) -> Vec<Named> {
    vec![("base64gzip", base64gzip())]
}

fn base64gzip() -> Function {
    let params =
        vec![Param::new("str", Type::String).describe("The string; its UTF-8 bytes count.")];
    let description = "Compresses a string with gzip, and encodes that in Base64.";
    Function::new(description, params, Type::String, |args| {
        Ok(Value::string(
            BASE64.encode(gzip(text(args, 0)?.as_bytes())?),
        ))
    })
}

/// Framed as Terraform frames it: what has been compressed is flushed before
/// the stream ends. Where there are repetitions to be found, the bytes in
/// between are those of another compressor than Terraform's.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>, FunctionError> {
    let mut out = HEADER.to_vec();
    let mut compress = Compress::new(Compression::default(), false);
    loop {
        out.reserve(bytes.len() / 2 + 64);
        let read = usize::try_from(compress.total_in()).unwrap_or(usize::MAX);
        let rest = bytes.get(read..).unwrap_or_default();
        let status = compress.compress_vec(rest, &mut out, FlushCompress::Sync);
        let status =
            status.map_err(|error| FunctionError::new(format!("failed to compress: {error}")))?;
        let room = out.capacity() > out.len();
        if status == Status::StreamEnd || room {
            break;
        }
    }
    out.extend(END);
    let mut crc = Crc::new();
    crc.update(bytes);
    out.extend(crc.sum().to_le_bytes());
    out.extend(crc.amount().to_le_bytes());
    Ok(out)
}
