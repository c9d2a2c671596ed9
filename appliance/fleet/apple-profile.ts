import { createHash } from 'node:crypto'

const uuidOf = (hex: string) =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-').toUpperCase()

/** The unsigned configuration profile with which iOS, iPadOS and macOS take in a root certificate. */
export const appleProfile = (der: Buffer): string => {
  const hash = createHash('sha256').update(der).digest('hex')
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadIdentifier</key><string>belfry.root.${hash.slice(0, 16)}</string>
  <key>PayloadUUID</key><string>${uuidOf(hash.slice(0, 32))}</string>
  <key>PayloadDisplayName</key><string>Belfry</string>
  <key>PayloadDescription</key><string>Lets this device recognise your Belfry box. It changes nothing else.</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>belfry.root.${hash.slice(0, 16)}.certificate</string>
      <key>PayloadUUID</key><string>${uuidOf(hash.slice(32))}</string>
      <key>PayloadDisplayName</key><string>Belfry root certificate</string>
      <key>PayloadCertificateFileName</key><string>belfry-root.crt</string>
      <key>PayloadContent</key>
      <data>${der.toString('base64')}</data>
    </dict>
  </array>
</dict>
</plist>
`
}
