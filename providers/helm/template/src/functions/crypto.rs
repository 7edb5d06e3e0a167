//! Digests, passwords and encryption.

use aes::Aes256;
use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::arguments::{Args, Result, fail};
use super::der::hex;
use super::random::{Cost, Drawing, LITTLE, put_drawing};
use super::source::Sources;
use crate::{Error, Functions, Str, Type, Value};

const S: Type = Type::String;

const UINT32: Type = Type::Int(crate::value::IntKind::Uint32);

const HASHED: Cost = |_| 200_000;
const DERIVED: Cost = |_| 400_000;

const FUNCTIONS: &[Drawing] = &[
    (&["sha1sum"], &[S], LITTLE, |args, _| {
        Ok(hex(&Sha1::digest(args.str(0).as_bytes())).into())
    }),
    (&["sha256sum"], &[S], LITTLE, |args, _| {
        Ok(hex(&Sha256::digest(args.str(0).as_bytes())).into())
    }),
    (&["sha512sum"], &[S], LITTLE, |args, _| {
        Ok(hex(&Sha512::digest(args.str(0).as_bytes())).into())
    }),
    (&["adler32sum"], &[S], LITTLE, |args, _| {
        Ok(adler_32(args.str(0).as_bytes()).to_string().into())
    }),
    (&["bcrypt"], &[S], HASHED, |args, sources| {
        Ok(bcrypt(args.str(0).as_bytes(), sources).into())
    }),
    (&["htpasswd"], &[S, S], HASHED, htpasswd),
    (
        &["derivePassword"],
        &[UINT32, S, S, S, S],
        DERIVED,
        derive_password,
    ),
    (&["encryptAES"], &[S, S], LITTLE, |args, sources| {
        encrypt(args.str(0).as_bytes(), args.str(1).as_bytes(), sources)
    }),
    (&["decryptAES"], &[S, S], LITTLE, |args, _| {
        decrypt(args.str(0).as_bytes(), &args.text(1))
    }),
];

pub(super) fn add(functions: &mut Functions, sources: &Sources) {
    put_drawing(functions, sources, FUNCTIONS);
}

fn htpasswd(args: Args<'_>, sources: &Sources) -> Result {
    let user = args.text(0);
    if user.contains(':') {
        return Ok(format!("invalid username: {user}").into());
    }
    Ok(format!("{user}:{}", bcrypt(args.str(1).as_bytes(), sources)).into())
}

fn adler_32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    b << 16 | a
}

/// A bcrypt hash of cost 10, under the name `2a` that Go gives it.
fn bcrypt(password: &[u8], sources: &Sources) -> String {
    if password.len() > 72 {
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
            .to_owned();
    }
    let mut salt = [0; 16];
    sources.entropy.fill(&mut salt);
    match bcrypt::hash_with_salt(password, 10, salt) {
        Ok(hash) => hash.format_for_version(bcrypt::Version::TwoA),
        Err(error) => format!("failed to encrypt string with bcrypt: {error}"),
    }
}

/// Shapes of passwords: a letter stands for one character of its class.
const SHAPES: [(&str, &[&str]); 6] = [
    ("maximum", &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"]),
    (
        "long",
        &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
    ),
    ("medium", &["CvcnoCvc", "CvcCvcno"]),
    ("short", &["Cvcn"]),
    ("basic", &["aaanaaan", "aannaaan", "aaannaaa"]),
    ("pin", &["nnnn"]),
];

fn class(letter: char) -> &'static str {
    match letter {
        'V' => "AEIOU",
        'C' => "BCDFGHJKLMNPQRSTVWXYZ",
        'v' => "aeiou",
        'c' => "bcdfghjklmnpqrstvwxyz",
        'A' => "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
        'a' => "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        'n' => "0123456789",
        'o' => "@&%?,=[]_:-+*$#!'^~;()/.",
        _ => "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

fn with_length(text: &Str, into: &mut Vec<u8>) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    into.extend_from_slice(&length.to_be_bytes());
    into.extend_from_slice(text.as_bytes());
}

/// The Master Password algorithm.
fn derive_password(args: Args<'_>, _: &Sources) -> Result {
    const SEED: &[u8] = b"com.lyndir.masterpassword";
    let kind = args.text(1);
    let Some((_, shapes)) = SHAPES.iter().find(|(name, _)| *name == kind) else {
        return Ok(format!("cannot find password template {kind}").into());
    };
    let failed =
        |error: &dyn std::fmt::Display| Error::new(format!("failed to derive password: {error}"));
    let mut salt = SEED.to_vec();
    with_length(&args.str(3), &mut salt);
    let params = scrypt::Params::new(15, 8, 2).map_err(|error| failed(&error))?;
    let mut key = [0; 64];
    scrypt::scrypt(args.str(2).as_bytes(), &salt, &params, &mut key)
        .map_err(|error| failed(&error))?;
    let mut message = SEED.to_vec();
    with_length(&args.str(4), &mut message);
    let counter = u32::try_from(args.int(0)).unwrap_or(0);
    message.extend_from_slice(&counter.to_be_bytes());
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(&key).map_err(|error| failed(&error))?;
    mac.update(&message);
    Ok(shaped(shapes, &mac.finalize().into_bytes()).into())
}

/// The password that a seed makes of one of the shapes.
fn shaped(shapes: &[&str], seed: &[u8]) -> String {
    let pick =
        |index: usize, count: usize| seed.get(index).map_or(0, |byte| usize::from(*byte) % count);
    let shape = shapes.get(pick(0, shapes.len()));
    let letters = shape.copied().unwrap_or_default().chars().enumerate();
    let characters = letters.filter_map(|(index, letter)| {
        let class = class(letter).as_bytes();
        class.get(pick(index + 1, class.len())).copied()
    });
    characters.map(char::from).collect()
}

/// The password cut or filled up with zeros to a key.
fn cipher(password: &[u8]) -> Result<Aes256> {
    let mut key = [0; 32];
    for (slot, byte) in key.iter_mut().zip(password) {
        *slot = *byte;
    }
    Aes256::new_from_slice(&key).map_err(|error| Error::new(error.to_string()))
}

/// AES-256-CBC with PKCS #7 padding; the initialisation vector stands in front.
fn encrypt(password: &[u8], text: &[u8], sources: &Sources) -> Result {
    if text.is_empty() {
        return Ok("".into());
    }
    let cipher = cipher(password)?;
    let mut previous = [0; 16];
    sources.entropy.fill(&mut previous);
    let mut out = previous.to_vec();
    let padding = 16 - text.len() % 16;
    let mut padded = text.to_vec();
    padded.resize(text.len() + padding, u8::try_from(padding).unwrap_or(16));
    for chunk in padded.chunks(16) {
        for (slot, byte) in previous.iter_mut().zip(chunk) {
            *slot ^= byte;
        }
        let mut block: Block<Aes256> = previous.into();
        cipher.encrypt_block(&mut block);
        previous = block.into();
        out.extend_from_slice(&previous);
    }
    Ok(STANDARD.encode(out).into())
}

fn decrypt(password: &[u8], text: &str) -> Result {
    if text.is_empty() {
        return Ok("".into());
    }
    let data = STANDARD
        .decode(text)
        .map_err(|_| Error::new("illegal base64 data at input byte 0"))?;
    if data.len() < 32 || !data.len().is_multiple_of(16) {
        return fail("crypto/cipher: input not full blocks");
    }
    let cipher = cipher(password)?;
    let mut out = Vec::new();
    for (before, chunk) in data.chunks(16).zip(data.chunks(16).skip(1)) {
        let Ok(bytes) = <[u8; 16]>::try_from(chunk) else {
            continue;
        };
        let mut block: Block<Aes256> = bytes.into();
        cipher.decrypt_block(&mut block);
        out.extend(block.iter().zip(before).map(|(byte, before)| byte ^ before));
    }
    let padding = usize::from(out.last().copied().unwrap_or(0));
    let Some(length) = out.len().checked_sub(padding) else {
        return fail("runtime error: slice bounds out of range");
    };
    out.truncate(length);
    Ok(Value::string(Str::from(out)))
}
