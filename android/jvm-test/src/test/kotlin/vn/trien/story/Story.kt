package vn.trien.story

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Tells the story of this id in `mobile-ffi/stories.txt`. */
@Test
@Timeout(120)
@Target(AnnotationTarget.FUNCTION)
annotation class Story(val id: String)
