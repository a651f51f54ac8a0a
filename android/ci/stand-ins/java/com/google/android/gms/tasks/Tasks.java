package com.google.android.gms.tasks;

import androidx.annotation.NonNull;

public final class Tasks {
    private Tasks() {}

    @NonNull
    public static <TResult> Task<TResult> forResult(TResult result) {
        return new Task<TResult>() {
            @NonNull
            @Override
            public Task<TResult> addOnSuccessListener(@NonNull OnSuccessListener<? super TResult> listener) {
                listener.onSuccess(result);
                return this;
            }
        };
    }
}
