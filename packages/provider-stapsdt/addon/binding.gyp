{
  "targets": [
    {
      "target_name": "trace_stapsdt",
      "dependencies": [
        "<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except"
      ],
      "sources": [
        "src/addon.cc",
        "src/exit_files.cc",
        "src/fire.cc",
        "src/library.cc",
        "src/listener.cc",
        "src/machine.cc"
      ],
      # In a worker that is being terminated no exception can be thrown into JavaScript; the default is to abort.
      "defines": ["NAPI_VERSION=8", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
      "cflags_cc": ["-std=c++17", "-O2", "-Wall", "-Wextra", "-fvisibility=hidden"],
      # The listener's thread and the handlers of exit and fork outlive the environment that loaded the add-on,
      # so its code must never be unmapped.
      "ldflags": ["-Wl,-z,nodelete", "-pthread"]
    }
  ]
}
