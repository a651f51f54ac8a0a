package vn.trien.present

import vn.trien.core.Language

/** Words for a person: a text of ours by its key in `core/locales`, or what the server said in their language. */
sealed interface Words {
    data class Ours(val key: String, val arguments: Map<String, String> = emptyMap()) : Words
    data class Theirs(val text: String) : Words
}

/** The text `key`, with values for its arguments. */
fun words(key: String, vararg arguments: Pair<String, Any>): Words =
    Words.Ours(key, arguments.associate { (name, value) -> name to value.toString() })

/** All texts in one language. */
class Texts(val language: Language) {
    operator fun get(key: String): String = of(Words.Ours(key))

    operator fun invoke(key: String, vararg arguments: Pair<String, Any>): String = of(words(key, *arguments))

    fun of(words: Words): String = when (words) {
        is Words.Theirs -> words.text
        is Words.Ours -> Arguments(words.arguments).run {
            when (language) {
                Language.VIETNAMESE -> vietnamese(words.key)
                Language.ENGLISH -> english(words.key)
            }
        } ?: words.key
    }
}

/** The values in one text. A name that was not given stays visible, so that a test finds it. */
class Arguments(private val values: Map<String, String>) {
    internal fun of(name: String): String = values[name] ?: "{$name}"
}
