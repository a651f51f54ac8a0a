package com.google.firebase.messaging;

import androidx.annotation.NonNull;

public final class RemoteMessage {
    private RemoteMessage() {}

    public static class Builder {
        public Builder(@NonNull String to) {}

        @NonNull
        public RemoteMessage build() {
            return new RemoteMessage();
        }
    }
}
