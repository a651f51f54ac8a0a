# What iOS reads of the app by itself, and what its extensions say (ios/scripts/catalog.py).
ios-name = Trien
ios-camera = To scan the QR code of an invitation. No picture is kept.
ios-face = So that you confirm each signature with your face.
ios-network = Your office’s signing server may be in the local network.
ios-pdf = PDF document
ios-handed = Handed to Trien. Open Trien to see whether the signatures hold.
ios-handed-failed = This PDF could not be read.
ios-handed-close = Close
