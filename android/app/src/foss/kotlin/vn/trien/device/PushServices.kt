package vn.trien.device

import android.content.Context
import vn.trien.present.PushService

/** How this build can be woken: by whatever distributor of UnifiedPush the person has, and with no code of Google's. */
@Suppress("UNUSED_PARAMETER")
fun pushServices(context: Context, unifiedPush: UnifiedPush): List<PushService> = listOf(unifiedPush)
