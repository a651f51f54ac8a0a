//! Words as people search and sort them: without marks, case and punctuation.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The words of a text in their order, in lower case and without Vietnamese marks: `Nguyễn Đức`
/// becomes `nguyen`, `duc`.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let bare = text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c));
    let bare: String = bare.map(|c| if c == 'đ' { 'd' } else { c }).collect();
    let words = bare.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// What several texts are found by: each word once, each after a blank.
#[must_use]
pub fn folded(texts: &[&str]) -> String {
    distinct(texts).into_iter().map(|word| format!(" {word}")).collect()
}

/// The words of several texts, each once.
#[must_use]
pub fn distinct(texts: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in texts.iter().flat_map(|text| words(text)) {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all
}

/// What a name is sorted by: the given name, which stands last, then the others.
#[must_use]
pub fn sorting(name: &str) -> String {
    let mut words = words(name);
    let given = words.pop();
    given.into_iter().chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_and_without_their_marks() {
        assert_eq!(words("NGUYỄN Đức Hạnh"), ["nguyen", "duc", "hanh"]);
        assert_eq!(words("nguyen duc hanh"), ["nguyen", "duc", "hanh"]);
        // The same letters, marks apart.
        assert_eq!(words("Nguye\u{302}\u{303}n"), ["nguyen"]);
        assert_eq!(
            words("an.nguyen@x.gov.vn, NV-0012"),
            ["an", "nguyen", "x", "gov", "vn", "nv", "0012"]
        );
        assert_eq!(words(" -- "), Vec::<String>::new());
    }

    #[test]
    fn a_list_is_sorted_by_given_names() {
        assert_eq!(sorting("Nguyễn Văn Ân"), "an nguyen van");
        assert_eq!(sorting("Ân"), "an");
        assert_eq!(folded(&["Nguyễn Văn Ân", "Văn thư"]), " nguyen van an thu");
    }
}
