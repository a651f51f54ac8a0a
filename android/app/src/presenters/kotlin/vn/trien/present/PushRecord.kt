package vn.trien.present

import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.DataInputStream
import java.io.DataOutputStream
import java.io.IOException
import vn.trien.core.PushAddress

/** What a phone keeps of how it is woken, among its secrets: whoever knows the place can wake it. */
internal data class PushRecord(
    /** Whom the person chose; nobody yet. */
    val chosen: String? = null,
    /** Who gave the place. */
    val from: String? = null,
    val place: PushPlace? = null,
    val keys: PushKeys? = null,
    /** The device that asked. Another one on the same phone, or after it, is no heir of its place. */
    val device: String? = null,
    /** The key of the server for which the place was asked, in base64url: services bind a place to it. */
    val server: String? = null,
    /** Whether the server knows it as it stands. */
    val told: Boolean = true,
) {
    /** As the server takes it; nothing without a place. */
    fun address(): PushAddress? = when (place) {
        null -> null
        is PushPlace.Fcm -> PushAddress.Fcm(place.token)
        is PushPlace.Unified -> keys?.let { PushAddress.Unifiedpush(place.endpoint, it.point, it.auth) }
    }

    fun toBytes(): ByteArray = ByteArrayOutputStream().also { bytes ->
        DataOutputStream(bytes).run {
            writeByte(VERSION)
            writeUTF(chosen.orEmpty())
            writeUTF(from.orEmpty())
            writeByte(if (place is PushPlace.Fcm) FCM else if (place is PushPlace.Unified) UNIFIED else NOWHERE)
            writeUTF(place?.text.orEmpty())
            writeBoolean(keys != null)
            keys?.let { write(it.point); write(it.auth) }
            writeUTF(device.orEmpty())
            writeUTF(server.orEmpty())
            writeBoolean(told)
        }
    }.toByteArray()

    companion object {
        private const val VERSION = 2
        private const val NOWHERE = 0
        private const val FCM = 1
        private const val UNIFIED = 2

        /** Reads what [toBytes] wrote. What cannot be read is as if nothing had been kept: another place is asked for. */
        fun of(bytes: ByteArray?): PushRecord = try {
            if (bytes == null) PushRecord() else read(DataInputStream(ByteArrayInputStream(bytes)))
        } catch (_: IOException) {
            PushRecord()
        }

        private fun read(input: DataInputStream): PushRecord = input.run {
            if (readByte().toInt() != VERSION) throw IOException("another version")
            val chosen = readUTF().ifEmpty { null }
            val from = readUTF().ifEmpty { null }
            val kind = readByte().toInt()
            val text = readUTF()
            val place = when (kind) {
                FCM -> PushPlace.Fcm(text)
                UNIFIED -> PushPlace.Unified(text)
                else -> null
            }
            val keys = if (readBoolean()) PushKeys(bytes(PushKeys.POINT_BYTES), bytes(PushKeys.AUTH_BYTES)) else null
            PushRecord(chosen, from, place, keys, readUTF().ifEmpty { null }, readUTF().ifEmpty { null }, readBoolean())
        }

        private fun DataInputStream.bytes(count: Int) = ByteArray(count).also(::readFully)
    }
}
