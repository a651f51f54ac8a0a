package vn.trien.present

import com.google.zxing.BarcodeFormat
import com.google.zxing.BinaryBitmap
import com.google.zxing.DecodeHintType
import com.google.zxing.PlanarYUVLuminanceSource
import com.google.zxing.ReaderException
import com.google.zxing.common.HybridBinarizer
import com.google.zxing.qrcode.QRCodeReader

private val HINTS = mapOf(DecodeHintType.POSSIBLE_FORMATS to listOf(BarcodeFormat.QR_CODE), DecodeHintType.TRY_HARDER to true)

/** The text of a QR code in a picture's brightness, one byte a pixel in rows of `stride`; none where there is no code. */
fun readQr(luma: ByteArray, stride: Int, width: Int, height: Int): String? {
    // The last row of a camera's plane may end with its last pixel.
    val rows = minOf(height, luma.size / stride)
    if (rows == 0) return null
    val source = PlanarYUVLuminanceSource(luma, stride, rows, 0, 0, minOf(width, stride), rows, false)
    return try {
        QRCodeReader().decode(BinaryBitmap(HybridBinarizer(source)), HINTS).text
    } catch (_: ReaderException) {
        null
    }
}
