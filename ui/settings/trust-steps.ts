/** How a person makes one system trust the box: what to download (a path of the API) and what to do then. */
export interface TrustSteps {
  id: 'ios' | 'android' | 'macos' | 'windows' | 'linux' | 'firefox'
  system: string
  download: { label: string; path: string }
  steps: readonly string[]
  note?: string
}

export const trustLead =
  'Your browser does not know this box yet. Install its root certificate once on each device, and the warning is gone. ' +
  'Passkeys, installing Belfry as an app and notifications need it.'

export const trustCompare =
  'Before you trust it, compare the fingerprint with the one on the screen of the box, or in its log. They must be the same.'

export const trustAfter =
  'Then open this page again over HTTPS. If the warning is still there, close the browser completely and start it once more.'

export const trustUndo =
  'To take it back, remove the entry that begins with “Belfry Root” in the same place. Nothing else on the device changes.'

export const trustSteps: readonly TrustSteps[] = [
  {
    id: 'ios',
    system: 'iPhone and iPad',
    download: { label: 'Download the profile', path: '/api/v1/ca/root.mobileconfig' },
    steps: [
      'Open this page in Safari and download the profile. Allow it when asked.',
      'Open Settings. Tap “Profile Downloaded” near the top, then Install, and enter your passcode.',
      'Go to General, About, Certificate Trust Settings, at the very bottom.',
      'Switch on the entry that begins with “Belfry Root”.',
    ],
    note: 'The last two steps are easy to miss. Without them the warning stays.',
  },
  {
    id: 'android',
    system: 'Android',
    download: { label: 'Download the certificate', path: '/api/v1/ca/root.crt' },
    steps: [
      'Download the certificate. A phone without a screen lock asks for one first.',
      'Open Settings and search for “CA certificate”.',
      'Tap CA certificate, then Install anyway, and choose belfry-root.crt.',
      'Open this page again in Chrome.',
    ],
    note: 'Android says that the network may be monitored. It says so for every certificate that you add yourself.',
  },
  {
    id: 'macos',
    system: 'Mac',
    download: { label: 'Download the profile', path: '/api/v1/ca/root.mobileconfig' },
    steps: [
      'Download the profile and open it.',
      'Open System Settings and search for “Profiles” or “Device Management”. Double-click Belfry and choose Install.',
      'Open Keychain Access, choose System, and double-click the entry that begins with “Belfry Root”.',
      'Under Trust, set “When using this certificate” to Always Trust. Close the window and enter your password.',
    ],
    note: 'Safari, Chrome and Edge take it from there. Firefox may need its own steps below.',
  },
  {
    id: 'windows',
    system: 'Windows',
    download: { label: 'Download the certificate', path: '/api/v1/ca/root.crt' },
    steps: [
      'Download the certificate and open it. Choose Install Certificate.',
      'Choose Local Machine, so that everyone on this computer is covered, or Current User for yourself only.',
      'Choose “Place all certificates in the following store”, then Browse, then Trusted Root Certification Authorities.',
      'Finish. Windows shows a fingerprint and asks once more. That one is the shorter SHA-1.',
    ],
  },
  {
    id: 'linux',
    system: 'Linux',
    download: { label: 'Download as PEM', path: '/api/v1/ca/root.pem' },
    steps: [
      'Debian and Ubuntu: sudo cp belfry-root.pem /usr/local/share/ca-certificates/belfry-root.crt, then sudo update-ca-certificates.',
      'Fedora and Arch: sudo trust anchor belfry-root.pem.',
      'Chrome and Chromium keep a list of their own: open chrome://certificate-manager, choose Custom, Installed by you, and import the file under Trusted Certificates.',
    ],
    note: 'The first two are for curl and other programs. A browser needs the last one, or the steps for Firefox.',
  },
  {
    id: 'firefox',
    system: 'Firefox',
    download: { label: 'Download the certificate', path: '/api/v1/ca/root.crt' },
    steps: [
      'Download the certificate. If Firefox offers to trust it, tick “Trust this CA to identify websites” and confirm: that is all.',
      'Otherwise open Settings, search for “certificates”, and choose View Certificates.',
      'Under Authorities choose Import, pick belfry-root.crt, and tick “Trust this CA to identify websites”.',
    ],
    note: 'On Windows and Mac, Firefox also takes over what the system trusts.',
  },
]
