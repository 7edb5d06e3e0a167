//! State files: whatever is accepted is written back with nothing lost.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_state::Snapshot;

fuzz_target!(|bytes: &[u8]| {
    let Ok(Some(snapshot)) = Snapshot::read(bytes) else {
        return;
    };
    let mut written = Vec::new();
    snapshot.write(&mut written).expect("memory");
    let again = Snapshot::read(&written)
        .expect("what was written can be read")
        .expect("it holds something");
    assert!(snapshot.same_contents(&again));
    assert_eq!(snapshot.checksum(), again.checksum());
    assert_eq!((again.serial, &again.lineage), (snapshot.serial, &snapshot.lineage));
});
