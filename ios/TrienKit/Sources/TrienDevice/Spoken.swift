import TrienCore
import TrienGroup

/// The language of the app and of its extensions.
func spoken(_ group: AppGroup) -> Language {
    group.language() == "en" ? .english : .vietnamese
}
