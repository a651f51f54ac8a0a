//! One spelling for what readers take for the same text.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// The marks of the five tones of Vietnamese: huyền, sắc, hỏi, ngã, nặng.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}'];

/// A text whose spelling can be compared: canonically decomposed, every run of blanks one blank,
/// and the tone of Vietnamese `oa`, `oe` and `uy` on the second vowel, wherever it was written
/// (`ỦY` is `UỶ`).
pub(super) struct Spelled {
    text: String,
    /// For each byte of the text, where in the source its letter stands.
    sources: Vec<usize>,
}

impl Spelled {
    pub fn of(source: &str) -> Self {
        Self::of_parts([(source, 0)])
    }

    /// From parts of a text, each with where it stands. Their marks may belong to letters of the
    /// parts before.
    pub fn of_parts<'p>(parts: impl IntoIterator<Item = (&'p str, usize)>) -> Self {
        let mut letters: Vec<(char, usize)> = Vec::new();
        for (part, source) in parts {
            letters.extend(part.nfd().filter(|c| !is_unseen(*c)).map(|c| (c, source)));
        }
        order_marks(&mut letters);
        move_tones(&mut letters);
        let mut spelled = Self { text: String::new(), sources: Vec::new() };
        for (letter, source) in letters {
            let letter = if letter.is_whitespace() { ' ' } else { letter };
            if letter != ' ' || !spelled.text.ends_with(' ') {
                spelled.text.push(letter);
                spelled.sources.resize(spelled.text.len(), source);
            }
        }
        spelled
    }

    /// Whether nothing is left to look for.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Where this text has those words, whole: the places of their first and last letters.
    pub fn places_of<'s>(&'s self, words: &'s Self) -> impl Iterator<Item = (usize, usize)> + 's {
        let wanted = words.text.trim();
        memchr::memmem::find_iter(self.text.as_bytes(), wanted.as_bytes()).filter_map(move |at| {
            let end = at + wanted.len();
            let whole = is_edge(&self.text[..at], wanted) && is_edge(wanted, &self.text[end..]);
            whole.then(|| (self.sources[at], self.sources[end - 1]))
        })
    }
}

/// Neither a letter without its marks nor a part of a word ends here.
fn is_edge(before: &str, after: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let (left, right) = (before.chars().next_back(), after.chars().next());
    !left.is_some_and(in_word) || !right.is_some_and(in_word)
}

/// Characters without width: they tell typesetters where a line may break.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// Marks on one letter, which parts may give in any order, in their canonical one.
fn order_marks(letters: &mut [(char, usize)]) {
    for marks in letters.chunk_by_mut(|(a, _), (b, _)| is_mark(*a) && is_mark(*b)) {
        marks.sort_by_key(|(mark, _)| canonical_combining_class(*mark));
    }
}

fn is_mark(c: char) -> bool {
    canonical_combining_class(c) != 0
}

fn move_tones(letters: &mut [(char, usize)]) {
    for at in 2..letters.len() {
        let [first, tone, second] = [letters[at - 2].0, letters[at - 1].0, letters[at].0];
        let pair = (first.to_ascii_lowercase(), second.to_ascii_lowercase());
        let moves = matches!(pair, ('o', 'a' | 'e') | ('u', 'y')) && TONES.contains(&tone);
        if moves && !letters.get(at + 1).is_some_and(|(next, _)| is_mark(*next)) {
            letters.swap(at - 1, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        Spelled::of(one).text == Spelled::of(other).text
    }

    #[test]
    fn what_reads_the_same_is_spelled_the_same() {
        let pairs = [
            ("CHỦ TỊCH", "CHU\u{309} TI\u{323}CH"),
            ("Việt", "Vie\u{302}\u{323}t"),
            ("Việt", "Vie\u{323}\u{302}t"),
            ("ỦY BAN", "UỶ BAN"),
            ("hòa", "hoà"),
            ("Thùy", "Thuỳ"),
            ("khỏe", "khoẻ"),
            ("KT. CHỦ\u{A0}TỊCH", "KT.  CHỦ\n TỊCH"),
            ("quyết\u{AD} định", "quyết định"),
        ];
        for (one, other) in pairs {
            assert!(same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn other_words_keep_their_own_spelling() {
        for (one, other) in
            [("hòa", "hóa"), ("Chủ", "CHỦ"), ("mà", "ma"), ("òâ", "oầ"), ("ờa", "ơà")]
        {
            assert!(!same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn only_whole_words_are_found() {
        let found = |text: &str, words: &str| {
            let (text, words) = (Spelled::of(text), Spelled::of(words));
            text.places_of(&words).count()
        };
        assert_eq!(found("Nguyễn Văn Anh, Nguyễn Văn An", "Nguyễn Văn An"), 1);
        assert_eq!(found("CHỦ TỊCH", "CHU"), 0);
        assert_eq!(found("(CHỦ TỊCH)", "chủ tịch"), 0);
        assert_eq!(found("KT.CHỦ TỊCH", "KT."), 1);
        assert_eq!(found("an an an", "an"), 3);
    }

    #[test]
    fn a_place_is_that_of_the_part_that_gave_the_letter() {
        let text = Spelled::of_parts([("Ký", 0), (" ", 1), ("u", 2), ("\u{309}y", 3), (" x", 4)]);
        let places: Vec<_> = text.places_of(&Spelled::of("uỷ")).collect();
        assert_eq!(places, [(2, 3)]);
    }
}
