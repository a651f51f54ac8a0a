package com.google.firebase;

import androidx.annotation.NonNull;
import androidx.annotation.Nullable;

public final class FirebaseOptions {
    private final String apiKey;
    private final String applicationId;
    private final String gcmSenderId;
    private final String projectId;

    private FirebaseOptions(Builder builder) {
        apiKey = builder.apiKey;
        applicationId = builder.applicationId;
        gcmSenderId = builder.gcmSenderId;
        projectId = builder.projectId;
    }

    @NonNull
    public String getApiKey() {
        return apiKey;
    }

    @NonNull
    public String getApplicationId() {
        return applicationId;
    }

    @Nullable
    public String getGcmSenderId() {
        return gcmSenderId;
    }

    @Nullable
    public String getProjectId() {
        return projectId;
    }

    public static final class Builder {
        private String apiKey;
        private String applicationId;
        private String gcmSenderId;
        private String projectId;

        @NonNull
        public Builder setApiKey(@NonNull String apiKey) {
            this.apiKey = apiKey;
            return this;
        }

        @NonNull
        public Builder setApplicationId(@NonNull String applicationId) {
            this.applicationId = applicationId;
            return this;
        }

        @NonNull
        public Builder setGcmSenderId(@Nullable String gcmSenderId) {
            this.gcmSenderId = gcmSenderId;
            return this;
        }

        @NonNull
        public Builder setProjectId(@Nullable String projectId) {
            this.projectId = projectId;
            return this;
        }

        /** As the real one, it wants a key and an application. */
        @NonNull
        public FirebaseOptions build() {
            if (apiKey == null || apiKey.isEmpty() || applicationId == null || applicationId.isEmpty()) {
                throw new IllegalStateException("a name is missing");
            }
            return new FirebaseOptions(this);
        }
    }
}
