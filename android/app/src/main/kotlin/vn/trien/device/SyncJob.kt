package vn.trien.device

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import java.time.Duration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import vn.trien.TrienApp
import vn.trien.core.Phone
import vn.trien.core.PhoneException
import vn.trien.core.PhoneState
import vn.trien.present.waitsOn

/** Syncs and sends while nobody looks: when a push says so, and every fifteen minutes in any case. */
class SyncJob : JobService() {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    override fun onStartJob(job: JobParameters): Boolean {
        scope.launch {
            val again = try {
                work()
                false
            } catch (_: PhoneException) {
                true
            }
            jobFinished(job, again)
        }
        return true
    }

    override fun onStopJob(job: JobParameters): Boolean {
        scope.cancel()
        return true
    }

    private suspend fun work() {
        val app = applicationContext as TrienApp
        try {
            sync(app, app.phone())
        } finally {
            app.tidy()
        }
    }

    private suspend fun sync(app: TrienApp, phone: Phone) {
        if (phone.state() !is PhoneState.Enrolled) return
        val known = phone.inbox().map { it.request }.toSet()
        phone.sync()
        val isNew = phone.inbox().any { it.decision == null && it.request !in known }
        phone.flush()
        app.waking().synced()
        // Who has the app open sees it there.
        if (isNew && !app.person.isThere()) app.notices.somethingWaits(waitsOn(phone)) else app.notices.follow(waitsOn(phone))
        app.synced()
    }

    companion object {
        private const val PERIODIC = 1
        private const val SOON = 2
        private val PERIOD: Duration = Duration.ofMinutes(15)

        fun everyFifteenMinutes(context: Context) = schedule(context, PERIODIC) {
            setPeriodic(PERIOD.toMillis()).setPersisted(true)
        }

        // A job that is scheduled again is stopped first: whoever wakes without end would let none come to its end.
        fun soon(context: Context) = if (isWaiting(context, SOON)) Unit else schedule(context, SOON) {
            if (android.os.Build.VERSION.SDK_INT >= 31) setExpedited(true) else setOverrideDeadline(0)
        }

        private fun isWaiting(context: Context, id: Int) =
            context.getSystemService(JobScheduler::class.java)?.getPendingJob(id) != null

        private fun schedule(context: Context, id: Int, how: JobInfo.Builder.() -> JobInfo.Builder) {
            val job = JobInfo.Builder(id, ComponentName(context, SyncJob::class.java))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                .how()
            context.getSystemService(JobScheduler::class.java)?.schedule(job.build())
        }
    }
}
