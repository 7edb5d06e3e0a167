//! A folder as a chart archive.

use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use trueup_helm::{Chart, read_folder};

use crate::error::SourceError;

/// The archive of the chart in `folder`, without what `.helmignore` names. The same files give the
/// same bytes: no times, no users.
pub(crate) fn pack(folder: &Path, chart: &Chart) -> Result<Vec<u8>, SourceError> {
    let failed = || SourceError::io("pack", folder);
    let mut files = read_folder(folder)?;
    // Helm wants to meet this file before the rest.
    files.sort_by_key(|file| file.name != "Chart.yaml");
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for file in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(file.data.len() as u64);
        header.set_mode(0o644);
        let name = format!("{}/{}", chart.metadata.name, file.name);
        tar.append_data(&mut header, name, file.data.as_slice())
            .map_err(failed())?;
    }
    let gzip = tar.into_inner().map_err(failed())?;
    gzip.finish().map_err(failed())
}
