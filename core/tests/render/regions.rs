//! Parts of pages at any scale.

use trien_core::pdf::render::{Drawing, Region, RenderError};

use crate::paper::{document, packed, stream};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/assets/sample/quyet-dinh.pdf");

/// Width, height and pixels of a PNG.
fn pixels(png: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width as usize, info.height as usize, pixels)
}

/// Draws all of a page in tiles and compares with the whole: how many of its pixels differ, and by
/// how much at most.
fn differences(drawing: &Drawing, page: u32, page_width: u32, side: u32) -> (usize, u8) {
    let (width, height, whole) = pixels(&drawing.page_png(page, page_width).unwrap());
    let (mut count, mut most) = (0, 0);
    let mut covered = 0;
    for top in (0..u32::try_from(height).unwrap()).step_by(side as usize) {
        for left in (0..page_width).step_by(side as usize) {
            let region = Region { page, page_width, left, top, width: side, height: side };
            let (across, down, tile) = pixels(&drawing.region_png(&region).unwrap());
            covered += across * down;
            for y in 0..down {
                let start = 3 * ((top as usize + y) * width + left as usize);
                let row = &whole[start..start + 3 * across];
                let tile_row = &tile[3 * y * across..3 * (y + 1) * across];
                for (one, other) in row.chunks(3).zip(tile_row.chunks(3)) {
                    let apart = one.iter().zip(other).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
                    count += usize::from(apart > 0);
                    most = most.max(apart);
                }
            }
        }
    }
    assert_eq!(covered, width * height);
    (count, most)
}

#[test]
fn the_tiles_of_a_page_are_the_page() {
    let sample = Drawing::open(std::fs::read(SAMPLE).unwrap()).unwrap();
    for width in [300, 1080, 1733] {
        assert_eq!(differences(&sample, 0, width, 256), (0, 0), "{width}");
    }
}

#[test]
fn tiles_of_lines_curves_and_clips_are_the_page_but_for_the_last_bit() {
    let content = b"q 100 100 m 500 150 l 300 700 l h W n 0.2 0.4 0.9 rg 0 0 600 800 re f Q \
        3 w 20 30 m 200 900 400 -100 590 790 c S [9 4] 2 d 0.7 w 10 790 m 590 10 l S \
        0.8 0 0 rg 300.3 400.7 120.5 80.1 re f";
    let page = Drawing::open(document("", &stream("", content), &[])).unwrap();
    let (count, most) = differences(&page, 0, 1001, 97);
    // How much of a pixel an edge covers is computed from where it enters the tile, in single
    // precision: one of 15,000 pixels differs by one of 255 steps.
    assert!(most <= 1 && count < 200, "{count} pixels differ by {most}");
}

/// A picture with something in each of its pixels.
fn scan(width: u32, height: u32) -> Vec<u8> {
    let grey: Vec<u8> =
        (0..width * height).map(|n| ((n % width) ^ (n / width)).to_le_bytes()[0]).collect();
    let keys = format!(
        "/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 \
         /Width {width} /Height {height}"
    );
    let content = stream("", b"600 0 0 800 0 0 cm /X Do");
    document("/XObject << /X 5 0 R >>", &content, &[packed(&keys, &grey)])
}

#[test]
fn tiles_of_a_scan_are_the_page_whether_they_are_kept_or_not() {
    // Below and above the size from which on the page is kept.
    for (width, height) in [(600, 800), (1200, 1600)] {
        let page = Drawing::open(scan(width, height)).unwrap();
        assert_eq!(differences(&page, 0, 500, 128), (0, 0));
        assert_eq!(differences(&page, 0, 1800, 700), (0, 0));
    }
}

#[test]
fn a_tile_at_a_scale_at_which_no_whole_page_is_drawn_is_drawn() {
    let sample = Drawing::open(std::fs::read(SAMPLE).unwrap()).unwrap();
    // The same spot, twice as large: shrunk again it is nearly the same.
    let near = Region { page: 0, page_width: 5000, left: 2500, top: 300, width: 1000, height: 400 };
    let nearer =
        Region { page_width: 10_000, left: 5000, top: 600, width: 2000, height: 800, ..near };
    let (_, _, near) = pixels(&sample.region_png(&near).unwrap());
    let (across, _, nearer) = pixels(&sample.region_png(&nearer).unwrap());
    let sum = |x: usize, y: usize| u32::from(nearer[3 * (y * across + x)]);
    let mut apart = 0u64;
    for (at, pixel) in near.chunks(3).enumerate() {
        let (x, y) = (2 * (at % 1000), 2 * (at / 1000));
        let shrunk = (sum(x, y) + sum(x + 1, y) + sum(x, y + 1) + sum(x + 1, y + 1)) / 4;
        apart += u64::from(shrunk.abs_diff(u32::from(pixel[0])));
    }
    assert!(near.iter().any(|channel| *channel < 100), "text is there");
    assert!(apart / 400_000 < 4, "{apart}");
}

#[test]
fn what_lies_beyond_the_page_is_cut_off() {
    let page = Drawing::open(document("", &stream("", b""), &[])).unwrap();
    let corner = Region { page: 0, page_width: 600, left: 500, top: 750, width: 256, height: 256 };
    let (width, height, _) = pixels(&page.region_png(&corner).unwrap());
    assert_eq!((width, height), (100, 50));
}

#[test]
fn regions_that_are_none_are_refused() {
    let page = Drawing::open(document("", &stream("", b""), &[])).unwrap();
    let good = Region { page: 0, page_width: 600, left: 0, top: 0, width: 10, height: 10 };
    let bad = [
        Region { page_width: 0, ..good },
        Region { page_width: 65_536, ..good },
        // The page would be higher than that.
        Region { page_width: 60_000, ..good },
        Region { width: 0, ..good },
        Region { height: 0, ..good },
        Region { left: 600, ..good },
        Region { top: 800, ..good },
        Region { left: u32::MAX, top: u32::MAX, ..good },
        Region { width: u32::MAX, height: u32::MAX, ..good },
        Region { page_width: 40_000, width: 4097, ..good },
        Region { page_width: 40_000, width: 4096, height: 6000, ..good },
    ];
    for region in bad {
        assert_eq!(page.region_png(&region), Err(RenderError::Region), "{region:?}");
    }
    assert_eq!(page.region_png(&Region { page: 1, ..good }), Err(RenderError::NoSuchPage(1)));
    assert!(page.region_png(&good).is_ok());
}
