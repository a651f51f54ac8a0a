package vn.trien.present

import java.io.File
import java.io.IOException
import java.time.Duration
import java.time.Instant

/** A file for another app. */
class Shared(val name: String, val bytes: ByteArray)

/** The folder of files that another app may read. They lie there in clear, so not for long. */
class SharedFiles(private val folder: File, private val now: () -> Instant) {
    /** Lays files there, in place of what was there before. */
    fun lay(files: List<Shared>): List<File> {
        clear()
        if (!folder.mkdirs()) throw IOException("the folder for shared files could not be made")
        return files.map { shared ->
            val file = File(folder, shared.name)
            // The core gives names without separators; a folder beyond ours would be its defect.
            if (file.parentFile != folder || shared.name == "..") throw IOException("a name leads out of the folder")
            file.apply { writeBytes(shared.bytes) }
        }
    }

    /** Removes what lies there. */
    fun clear() {
        folder.deleteRecursively()
    }

    /** Removes what lies there for longer than another app needs to take it, and what says that it comes from the future. */
    fun clearOld() {
        val newest = folder.listFiles().orEmpty().maxOfOrNull { it.lastModified() } ?: return
        val age = Duration.between(Instant.ofEpochMilli(newest), now())
        if (age.abs() > LONGEST) clear()
    }

    private companion object {
        val LONGEST: Duration = Duration.ofHours(1)
    }
}
