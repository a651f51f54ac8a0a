package com.google.firebase.messaging;

import android.app.Service;
import android.content.Intent;
import android.os.IBinder;
import androidx.annotation.NonNull;

public class FirebaseMessagingService extends Service {
    @Override
    public final IBinder onBind(Intent intent) {
        return null;
    }

    public void onMessageReceived(@NonNull RemoteMessage message) {}

    public void onNewToken(@NonNull String token) {}
}
