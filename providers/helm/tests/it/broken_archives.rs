//! Archives that were cut off or changed on their way are read, or refused, as Helm does.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use trueup_helm::load_archive;

const BLOCK: usize = 512;

/// A chart of two files as a tape archive.
fn tape() -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in [
        (
            "shop/Chart.yaml",
            "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
        ),
        ("shop/notes.txt", "colour: green\n"),
    ] {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap()
}

fn packed(tape: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(tape).unwrap();
    gzip.finish().unwrap()
}

/// How many bytes of notes the chart has, or why it is none.
fn outcome(archive: &[u8]) -> Result<usize, String> {
    let chart = load_archive(archive).map_err(|error| error.to_string())?;
    let notes = chart.files.iter().find(|file| file.name == "notes.txt");
    Ok(notes.map_or(0, |file| file.data.len()))
}

/// The tape with another byte in the header of its first file, whose sum is right.
fn with_byte(at: usize, byte: u8) -> Vec<u8> {
    let mut tape = tape();
    tape[at] = byte;
    tape[148..156].fill(b' ');
    let sum: u32 = tape[..BLOCK].iter().map(|byte| u32::from(*byte)).sum();
    tape[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    tape
}

#[test]
fn what_is_cut_off_behind_a_file_is_padding() {
    let whole = tape();
    let notes = 3 * BLOCK + "colour: green\n".len();
    for (length, expected) in [
        (whole.len(), Ok(14)),
        (4 * BLOCK, Ok(14)),
        (notes + 1, Ok(14)),
        (notes, Ok(14)),
        // The padding of Chart.yaml: what follows never was.
        (BLOCK + 100, Ok(0)),
    ] {
        assert_eq!(outcome(&packed(&whole[..length])), expected, "{length}");
    }
    for length in [notes - 1, 2 * BLOCK + 9, BLOCK + 9] {
        assert!(outcome(&packed(&whole[..length])).is_err(), "{length}");
    }
}

#[test]
fn what_is_cut_off_within_an_entry_is_missing() {
    let mut tape = tape();
    // Links are left out with all that stands in them.
    let mut link = tar::Header::new_ustar();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_path("shop/link").unwrap();
    for size in [700, u64::MAX / 2, u64::MAX] {
        link.set_size(size);
        link.set_cksum();
        tape.truncate(4 * BLOCK);
        tape.extend(link.as_bytes());
        tape.extend([0; 600]);
        assert!(outcome(&packed(&tape)).is_err(), "{size}");
    }
}

#[test]
fn numbers_of_a_header_are_numbers() {
    let refused = Err("archive/tar: invalid tar header".to_owned());
    // Mode, owner, group, moment, device.
    for at in [103, 113, 116, 140, 343] {
        assert_eq!(outcome(&packed(&with_byte(at, b'/'))), refused, "{at}");
    }
    // Blank ones are zero, and some are binary.
    assert_eq!(outcome(&packed(&with_byte(108, b' '))), Ok(14));
    assert_eq!(outcome(&packed(&with_byte(108, 0x80))), Ok(14));
}

#[test]
fn every_cut_and_every_changed_byte_ends_in_an_answer() {
    let archive = packed(&tape());
    for length in 0..archive.len() {
        // The end of the stream is not waited for, as in Helm; but half a chart is none.
        let outcome = outcome(&archive[..length]);
        assert!(matches!(outcome, Err(_) | Ok(14)), "{length}: {outcome:?}");
    }
    for at in 0..archive.len() {
        let mut changed = archive.clone();
        changed[at] ^= 1;
        // Whichever it is: what counts is that there is one.
        let _ = outcome(&changed);
    }
}
