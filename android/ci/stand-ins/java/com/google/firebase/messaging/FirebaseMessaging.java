package com.google.firebase.messaging;

import androidx.annotation.NonNull;
import com.google.android.gms.tasks.Task;
import com.google.android.gms.tasks.Tasks;
import com.google.firebase.FirebaseApp;

public class FirebaseMessaging {
    private static int token = 1;

    private FirebaseMessaging() {}

    /** As the real one, it belongs to the default app. */
    @NonNull
    public static FirebaseMessaging getInstance() {
        FirebaseApp.getInstance();
        return new FirebaseMessaging();
    }

    /** The first, second, third token of the sender. */
    @NonNull
    public Task<String> getToken() {
        return Tasks.forResult(FirebaseApp.getInstance().getOptions().getGcmSenderId() + "-" + token);
    }

    @NonNull
    public Task<Void> deleteToken() {
        token++;
        return Tasks.forResult(null);
    }
}
