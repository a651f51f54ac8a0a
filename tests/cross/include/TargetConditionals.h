/* What the C of our dependencies asks of this header; stands for the SDK's own, which is not here. */
#pragma once
#define TARGET_OS_MAC 1
#define TARGET_OS_IPHONE 1
#define TARGET_OS_OSX 0
#define TARGET_OS_IOS 1
