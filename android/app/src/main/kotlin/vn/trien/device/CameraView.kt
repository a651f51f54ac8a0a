package vn.trien.device

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.ImageFormat
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CaptureRequest
import android.hardware.camera2.params.OutputConfiguration
import android.hardware.camera2.params.SessionConfiguration
import android.media.ImageReader
import android.os.Handler
import android.os.HandlerThread
import android.view.SurfaceHolder
import android.view.SurfaceView
import java.util.concurrent.Executor
import vn.trien.present.readQr

/** The camera's picture, read for a QR code frame by frame. */
@SuppressLint("ViewConstructor")
class CameraView(context: Context, private val found: (String) -> Unit, private val failed: () -> Unit) :
    SurfaceView(context), SurfaceHolder.Callback {
    private val thread = HandlerThread("camera")
    private var reader: ImageReader? = null
    private var camera: CameraDevice? = null

    init {
        holder.addCallback(this)
    }

    override fun surfaceCreated(holder: SurfaceHolder) {
        holder.setFixedSize(WIDTH, HEIGHT)
        thread.start()
        open(Handler(thread.looper))
    }

    override fun surfaceChanged(holder: SurfaceHolder, format: Int, width: Int, height: Int) = Unit

    override fun surfaceDestroyed(holder: SurfaceHolder) {
        camera?.close()
        reader?.close()
        thread.quitSafely()
    }

    @SuppressLint("MissingPermission") // The activity shows this only once it has been granted.
    private fun open(handler: Handler) {
        val manager = context.getSystemService(CameraManager::class.java) ?: return failed()
        try {
            val back = manager.cameraIdList.firstOrNull { facing(manager, it) == CameraCharacteristics.LENS_FACING_BACK } ?: return failed()
            manager.openCamera(back, Opened(handler), handler)
        } catch (_: CameraAccessException) {
            failed()
        } catch (_: SecurityException) {
            failed()
        }
    }

    private fun facing(manager: CameraManager, id: String): Int? = manager.getCameraCharacteristics(id).get(CameraCharacteristics.LENS_FACING)

    private inner class Opened(private val handler: Handler) : CameraDevice.StateCallback() {
        override fun onOpened(device: CameraDevice) {
            camera = device
            val frames = ImageReader.newInstance(WIDTH, HEIGHT, ImageFormat.YUV_420_888, 2).also { reader = it }
            frames.setOnImageAvailableListener(::look, handler)
            val surfaces = listOf(holder.surface, frames.surface)
            val session = SessionConfiguration(
                SessionConfiguration.SESSION_REGULAR, surfaces.map(::OutputConfiguration), Executor(handler::post), Session(device, handler),
            )
            try {
                device.createCaptureSession(session)
            } catch (_: CameraAccessException) {
                post(failed)
            }
        }

        override fun onDisconnected(device: CameraDevice) = device.close()

        override fun onError(device: CameraDevice, error: Int) {
            device.close()
            post(failed)
        }
    }

    private inner class Session(private val device: CameraDevice, private val handler: Handler) : CameraCaptureSession.StateCallback() {
        override fun onConfigured(session: CameraCaptureSession) {
            val request = device.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW).apply {
                addTarget(holder.surface)
                reader?.let { addTarget(it.surface) }
                set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
            }
            try {
                session.setRepeatingRequest(request.build(), null, handler)
            } catch (_: CameraAccessException) {
                post(failed)
            }
        }

        override fun onConfigureFailed(session: CameraCaptureSession) {
            post(failed)
        }
    }

    private fun look(frames: ImageReader) {
        val frame = frames.acquireLatestImage() ?: return
        val text = frame.use {
            val plane = it.planes[0]
            val luma = ByteArray(plane.buffer.remaining()).also(plane.buffer::get)
            readQr(luma, plane.rowStride, it.width, it.height)
        }
        if (text != null) {
            frames.setOnImageAvailableListener(null, null)
            found(text)
        }
    }

    private companion object {
        const val WIDTH = 1280
        const val HEIGHT = 720
    }
}
