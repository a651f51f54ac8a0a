package com.google.android.gms.tasks;

import androidx.annotation.NonNull;

/** Work that is under way. Here it is done at once. */
public abstract class Task<TResult> {
    @NonNull
    public abstract Task<TResult> addOnSuccessListener(@NonNull OnSuccessListener<? super TResult> listener);
}
