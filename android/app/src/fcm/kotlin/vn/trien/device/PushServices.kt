package vn.trien.device

import android.content.Context
import vn.trien.present.PushService

/** How this build can be woken: by Google's service where the phone has it, else by a distributor of UnifiedPush. */
fun pushServices(context: Context, unifiedPush: UnifiedPush): List<PushService> = listOf(Fcm(context), unifiedPush)
