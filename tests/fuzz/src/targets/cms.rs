//! CMS and timestamp tokens: reading repeats, whatever zeros follow, and a signature by a known key
//! verifies only over what that key signed.

use trien_core::cms::{read, read_timestamp};

use super::known::known;

pub fn run(data: &[u8]) {
    if let Ok(stamp) = read_timestamp(data) {
        assert_eq!(stamp.is_over(&[b"x"]).is_some(), stamp.digest.is_some());
        assert!(stamp.cms.is_timestamp());
    }
    let Ok(signed) = read(data) else { return };
    let padded = read(&[data, &[0; 3]].concat()).expect("zeros fill a hole");
    assert_eq!(format!("{signed:?}"), format!("{padded:?}"));
    known().no_forgery(&signed);
    for token in &signed.timestamps {
        let _ = read_timestamp(token);
    }
}
