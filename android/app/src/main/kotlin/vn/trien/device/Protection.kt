package vn.trien.device

import android.app.Activity
import android.content.RestrictionsManager
import android.os.Build
import android.view.WindowManager

/**
 * Other apps may neither look at papers, codes and invitations nor lay anything over them. An office may allow screenshots by its
 * device management.
 */
fun Activity.protect() {
    val policy = getSystemService(RestrictionsManager::class.java)?.applicationRestrictions
    if (policy?.getBoolean("screenshots") != true) window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
    window.decorView.filterTouchesWhenObscured = true
    if (Build.VERSION.SDK_INT >= 31) window.setHideOverlayWindows(true)
}
