package vn.trien.present

import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter

/** Việt Nam has kept UTC+7 without daylight saving since 1975. */
private val OFFICE: ZoneOffset = ZoneOffset.ofHours(7)

private val MINUTE: DateTimeFormatter = DateTimeFormatter.ofPattern("HH:mm")
private val DAY: DateTimeFormatter = DateTimeFormatter.ofPattern("dd/MM/yyyy")

/** `08:41`. */
fun clock(at: Instant): String = MINUTE.format(at.atOffset(OFFICE))

/** `22/11/2026`. */
fun day(at: Instant): String = DAY.format(at.atOffset(OFFICE))

/** `08:41`, on another day than `now` with its date. */
fun moment(at: Instant, now: Instant): String =
    if (localDay(at) == localDay(now)) clock(at) else "${clock(at)} ${day(at)}"

internal fun localDay(at: Instant): LocalDate = at.atOffset(OFFICE).toLocalDate()

/** When a day begins in Việt Nam. */
internal fun firstSecond(day: LocalDate): Instant = day.atStartOfDay().toInstant(OFFICE)

/** How near a deadline is; what is near is said in words, never by colour alone. */
enum class Nearness { FAR, TODAY, SOON, OVER }

/** When something ends, as a person reads it. */
data class Deadline(val words: Words, val nearness: Nearness)

fun deadline(end: Instant, now: Instant): Deadline {
    val left = Duration.between(now, end)
    val at = moment(end, now)
    return when {
        left.isNegative -> Deadline(words("app-deadline-over", "at" to at), Nearness.OVER)
        left < Duration.ofHours(1) ->
            Deadline(words("app-deadline-minutes", "at" to at, "count" to left.toMinutes()), Nearness.SOON)
        localDay(end) == localDay(now) -> Deadline(words("app-deadline-today", "at" to at), Nearness.TODAY)
        else -> Deadline(words("app-deadline", "at" to day(end)), Nearness.FAR)
    }
}
