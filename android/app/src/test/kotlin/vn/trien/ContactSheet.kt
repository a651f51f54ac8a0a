package vn.trien

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.graphics.Rect
import java.io.File

/** The states of one screen on one picture, each with its name. */
class ContactSheet {
    private val pictures = mutableListOf<Pair<String, Bitmap>>()

    fun add(name: String, picture: Bitmap) {
        pictures += name to Bitmap.createScaledBitmap(picture, picture.width / 2, picture.height / 2, true)
        picture.recycle()
    }

    fun write(name: String) {
        val folder = File(System.getProperty("trien.pictures") ?: return).apply { mkdirs() }
        val (width, height) = pictures.first().second.run { width + GAP to height + GAP + LABEL }
        val columns = minOf(pictures.size, MOST_WIDE / width)
        val rows = (pictures.size + columns - 1) / columns
        val sheet = Bitmap.createBitmap(columns * width + GAP, rows * height + GAP, Bitmap.Config.ARGB_8888)
        val canvas = Canvas(sheet).apply { drawColor(Color.GRAY) }
        val ink = Paint(Paint.ANTI_ALIAS_FLAG).apply { color = Color.WHITE; textSize = 18f }
        pictures.forEachIndexed { at, (label, picture) ->
            val left = GAP + at % columns * width
            val top = GAP + at / columns * height
            canvas.drawText(label, left.toFloat(), top + 18f, ink)
            canvas.drawBitmap(picture, null, Rect(left, top + LABEL, left + picture.width, top + LABEL + picture.height), null)
        }
        File(folder, "$name.png").outputStream().use { sheet.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }

    private companion object {
        const val GAP = 8
        const val LABEL = 24
        const val MOST_WIDE = 1950
    }
}
