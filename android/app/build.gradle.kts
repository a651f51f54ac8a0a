plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.android)
    alias(libs.plugins.kotlin.compose)
}

val repository: Directory = rootProject.layout.projectDirectory.dir("..")
val generated: Provider<Directory> = layout.buildDirectory.dir("generated")
// The phones that offices have: arm64, and what remains of 32 bits. The emulator's is built with -Ptrien.abis=x86_64.
val abis = providers.gradleProperty("trien.abis").getOrElse("arm64-v8a,armeabi-v7a").split(",")

// What an app of one's own is (README): who publishes it gives these, and changes no file.
fun own(name: String): String? = providers.gradleProperty("trien.$name").orNull

android {
    namespace = "vn.trien"
    compileSdk = 36

    defaultConfig {
        applicationId = own("application") ?: "vn.trien"
        minSdk = 30
        targetSdk = 36
        versionCode = own("version")?.toInt() ?: 1
        versionName = "0.1.0"
        manifestPlaceholders["label"] = own("name") ?: "@string/app_name"
        // The office's server, by its name alone: its links are the app's (docs/administrators.md). Any server's is nobody's in particular.
        manifestPlaceholders["linkDomain"] = own("link-domain") ?: "*"
    }

    // The key by which phones know an update, and servers this app. It lies outside the repository.
    val release = own("signing.store")?.let { store ->
        signingConfigs.create("release") {
            storeFile = file(store)
            storePassword = own("signing.password")
            keyAlias = own("signing.alias")
            keyPassword = own("signing.key-password") ?: own("signing.password")
        }
    }

    buildFeatures {
        compose = true
        resValues = true
    }

    // Who wakes the phone: `foss` has no code of Google's, `fcm` has Google's service beside UnifiedPush.
    flavorDimensions += "push"
    productFlavors {
        create("foss") {
            dimension = "push"
            isDefault = true
        }
        create("fcm") {
            dimension = "push"
            // The names of the publisher's Firebase project, from its google-services.json; without them Google is left aside.
            listOf("project", "application", "key", "sender").forEach { name ->
                resValue("string", "fcm_$name", own("fcm.$name").orEmpty())
            }
        }
    }

    sourceSets {
        getByName("main") {
            kotlin.srcDirs("src/main/kotlin", "src/presenters/kotlin", generated.map { it.dir("bindings") }, generated.map { it.dir("texts") })
            jniLibs.srcDir(generated.map { it.dir("jniLibs") })
            resources.srcDir(generated.map { it.dir("packed") })
        }
        getByName("foss").kotlin.srcDir("src/foss/kotlin")
        getByName("fcm").kotlin.srcDir("src/fcm/kotlin")
        // A flavour's resources lie over those of `main`.
        own("resources")?.let { folder -> listOf("foss", "fcm").forEach { getByName(it).res.srcDir(file(folder)) } }
        getByName("debug").kotlin.srcDir("src/debug/kotlin")
        getByName("test").kotlin.srcDirs("src/test/kotlin", "src/testPresenters/kotlin")
    }

    buildTypes {
        getByName("release") {
            signingConfig = release
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "proguard-rules.pro")
        }
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    testOptions.unitTests {
        isIncludeAndroidResources = true
        all {
            it.useJUnitPlatform()
            it.systemProperty("trien.root", repository.asFile.path)
            it.systemProperty("trien.pictures", layout.buildDirectory.dir("pictures").get().asFile.path)
        }
    }
}

kotlin.jvmToolchain(17)

dependencies {
    implementation(libs.activity.compose)
    implementation(libs.compose.ui)
    implementation(libs.compose.ui.tooling.preview)
    implementation(libs.compose.material3)
    implementation(libs.core.ktx)
    implementation(libs.kotlinx.coroutines.android)
    implementation(libs.zxing)
    implementation(libs.jna) { artifact { type = "aar" } }

    "fcmImplementation"(libs.firebase.messaging)

    debugImplementation(libs.compose.ui.test.manifest)
    // On the JVM JNA needs the library for this machine, not for phones.
    testImplementation(libs.jna)
    testImplementation(libs.junit4)
    testImplementation(libs.junit.jupiter)
    testRuntimeOnly(libs.junit.vintage)
    testImplementation(libs.kotlinx.coroutines.test)
    testImplementation(libs.robolectric)
    testImplementation(libs.androidx.test.core)
    testImplementation(libs.androidx.test.ext.junit)
    testImplementation(libs.compose.ui.test.junit4)
}

/** The core for phones: needs cargo-ndk, the NDK and Rust's targets for Android. */
val buildCore by tasks.registering(Exec::class) {
    workingDir(repository)
    val out = generated.map { it.dir("jniLibs") }
    outputs.dir(out)
    outputs.upToDateWhen { false } // cargo knows better
    commandLine(
        buildList {
            addAll(listOf("cargo", "ndk", "--platform", "30", "--output-dir", out.get().asFile.path))
            abis.forEach { addAll(listOf("--target", it)) }
            addAll(listOf("build", "--locked", "--profile", "phone", "--package", "trien-ffi", "--lib"))
        },
    )
}

/** The core's library for this machine, from which the bindings are read. */
val buildHostCore by tasks.registering(Exec::class) {
    workingDir(repository)
    outputs.upToDateWhen { false }
    commandLine("cargo", "build", "--locked", "--package", "trien-ffi", "--all-features", "--lib", "--bins")
}

val bindings by tasks.registering(Exec::class) {
    dependsOn(buildHostCore)
    workingDir(repository)
    val out = generated.map { it.dir("bindings") }
    outputs.dir(out)
    val library = if (System.getProperty("os.name").startsWith("Mac")) "libtrien_ffi.dylib" else "libtrien_ffi.so"
    inputs.file(repository.file("target/debug/$library"))
    commandLine(
        "target/debug/uniffi-bindgen", "generate", "target/debug/$library",
        "--language", "kotlin", "--no-format", "--out-dir", out.get().asFile.path,
    )
}

val texts by tasks.registering(Exec::class) {
    workingDir(repository)
    val out = generated.map { it.dir("texts") }
    inputs.dir(repository.dir("core/locales"))
    inputs.file(repository.file("mobile-ffi/texts.py"))
    outputs.dir(out)
    commandLine("python3", "mobile-ffi/texts.py", "kotlin", out.get().asFile.path)
}

val licences by tasks.registering(Exec::class) {
    workingDir(repository)
    val out = generated.map { it.dir("packed") }
    val files = listOf("mobile-ffi/licences.py", "mobile-ffi/Cargo.toml", "core/Cargo.toml", "Cargo.toml", "Cargo.lock", "android/ci/closure.txt")
    inputs.files(files.map(repository::file))
    inputs.dir(repository.dir("mobile-ffi/licences"))
    inputs.dir(repository.dir("core/assets"))
    outputs.dir(out)
    commandLine("python3", "mobile-ffi/licences.py", "android", out.get().file("vn/trien/licences.txt").asFile.path)
}

tasks.withType<org.jetbrains.kotlin.gradle.tasks.KotlinCompile>().configureEach { dependsOn(bindings, texts) }
tasks.named("preBuild") { dependsOn(buildCore, licences) }
