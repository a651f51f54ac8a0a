package com.google.firebase;

import android.content.Context;
import androidx.annotation.NonNull;
import java.util.List;

public class FirebaseApp {
    private static FirebaseApp only;

    private final FirebaseOptions options;

    private FirebaseApp(FirebaseOptions options) {
        this.options = options;
    }

    @NonNull
    public static List<FirebaseApp> getApps(@NonNull Context context) {
        return only == null ? List.of() : List.of(only);
    }

    /** As the real one, it takes one default app and no second. */
    @NonNull
    public static FirebaseApp initializeApp(@NonNull Context context, @NonNull FirebaseOptions options) {
        if (only != null) {
            throw new IllegalStateException("there is an app already");
        }
        only = new FirebaseApp(options);
        return only;
    }

    @NonNull
    public static FirebaseApp getInstance() {
        if (only == null) {
            throw new IllegalStateException("there is no app yet");
        }
        return only;
    }

    @NonNull
    public FirebaseOptions getOptions() {
        return options;
    }
}
