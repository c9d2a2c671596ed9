const sentences: Record<string, string> = {
  ContainerNotSupported: 'The player cannot open this kind of file.',
  VideoCodecNotSupported: 'The player cannot play this video codec.',
  AudioCodecNotSupported: 'The player cannot play this audio codec.',
  SubtitleCodecNotSupported: 'The player cannot show these subtitles, so they go into the picture.',
  AudioIsExternal: 'The audio is in a file of its own.',
  SecondaryAudioNotSupported: 'The player cannot choose a second audio track.',
  VideoProfileNotSupported: 'The player cannot play this profile of the video codec.',
  VideoLevelNotSupported: 'The player cannot play this level of the video codec.',
  VideoResolutionNotSupported: 'The player cannot show a picture of this size.',
  VideoBitDepthNotSupported: 'The player cannot show this colour depth.',
  VideoFramerateNotSupported: 'The player cannot show so many pictures a second.',
  VideoRangeTypeNotSupported: 'The player cannot show this dynamic range.',
  VideoRangeNotSupported: 'The player cannot show this dynamic range.',
  VideoCodecTagNotSupported: 'The player cannot read how this video is marked.',
  VideoRotationNotSupported: 'The player cannot turn the picture.',
  RefFramesNotSupported: 'The video refers to more pictures than the player can keep.',
  AnamorphicVideoNotSupported: 'The player cannot show pixels that are not square.',
  InterlacedVideoNotSupported: 'The player cannot show interlaced video.',
  AudioChannelsNotSupported: 'The player cannot play so many audio channels.',
  AudioProfileNotSupported: 'The player cannot play this profile of the audio codec.',
  AudioSampleRateNotSupported: 'The player cannot play this audio sample rate.',
  AudioBitDepthNotSupported: 'The player cannot play this audio depth.',
  ContainerBitrateExceedsLimit: 'The file needs more bandwidth than the player or the viewer is set to.',
  VideoBitrateNotSupported: 'The video needs more bandwidth than the player takes.',
  AudioBitrateNotSupported: 'The audio needs more bandwidth than the player takes.',
  StreamCountExceedsLimit: 'The file has more tracks than the player takes.',
  UnknownVideoStreamInfo: 'The server does not know the video well enough to send it as it is.',
  UnknownAudioStreamInfo: 'The server does not know the audio well enough to send it as it is.',
  SubtitleContentOptionsEnabled: 'The subtitles are shown in a way that only the server can make.',
  DirectPlayError: 'The player tried to play it directly and failed.',
}

const spaced = (name: string): string => {
  const words = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase()
  return `${words.charAt(0).toUpperCase()}${words.slice(1, 100)}.`
}

/** TranscodeReasons as sentences; one that this table does not know, as its own words. */
export const reasonsInWords = (names: readonly string[]): string[] => {
  const known = names.filter((name) => name && name !== '0').slice(0, 30)
  return [...new Set(known.map((name) => sentences[name] ?? spaced(name)))]
}
