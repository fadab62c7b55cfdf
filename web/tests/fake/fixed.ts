import type { About, AddressCheck, Deletion, Disk, Encoder, EncoderChoice, EncoderTest, Health, LookPreview, Machine, QuotaUsed, ServerConfig, SiteSettings, Spare, Stats, UploadRoom } from '../../src/api/types'

const encoder: Encoder = { id: 'x264', kind: 'x264', element: 'x264enc', largest: null, available: true, name: 'x264 (software)', hardware: false, device: null, reason: 'No chip was found.', reasonCode: 'software' }

/** What of a large answer the pages read. */
type Some<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Some<T[K]> } : T

interface Fixed {
  '/config': Some<ServerConfig>
  '/config/about': About
  '/server/stats': Some<Stats>
  '/videos/categories': Record<string, string>
  '/videos/licences': Record<string, string>
  '/videos/languages': Record<string, string>
  '/videos/privacies': Record<string, string>
  '/users/me/video-quota-used': QuotaUsed
  '/uploads/room': UploadRoom
  '/setup/address': AddressCheck
  '/setup/encoder-test': EncoderTest
  '/server/health': Health
  '/server/encoder': EncoderChoice
  '/server/encoder/test': EncoderTest
  '/server/disk': Disk
  '/server/settings': SiteSettings
  '/server/machine': Machine
  '/server/look/preview': LookPreview
  '/server/disk/spare': Spare
  '/users/me/deletion': Deletion
}

/** Answers of the API that are the same in every world. */
export const fixed: Fixed = {
  '/config': {
    serverVersion: '8.1.0',
    kiosqueVersion: '0.1.0',
    instance: { name: 'Kiosque de la Halle', shortDescription: 'Les associations du quartier.', avatars: [], banners: [], logo: [], social: { externalLink: 'https://kiosque.example', mastodonLink: '', blueskyLink: '' }, support: { text: 'Une cotisation.' }, isNSFW: false, defaultNSFWPolicy: 'do_not_list', serverCountry: 'Valbrune' },
    broadcastMessage: { enabled: false, message: '', level: 'info', dismissable: true },
    contactForm: { enabled: true },
    homepage: { enabled: false },
    email: { enabled: true },
    autoBlacklist: { videos: { ofUsers: { enabled: true } } },
    signup: { allowed: true, requiresApproval: true, requiresEmailVerification: true, minimumAge: 15 },
    transcoding: { enabledResolutions: [] },
    user: { videoQuota: -1, videoQuotaDaily: -1 },
    videoChannels: { maxPerUser: 20 },
    client: { videos: { resumableUpload: { maxChunkSize: 0 } } },
    defaults: { publish: { downloadEnabled: true, commentsPolicy: 1, privacy: 1, licence: null }, p2p: { webapp: { enabled: true }, embed: { enabled: false } } },
    tracker: { enabled: true },
    views: { videos: { watchingInterval: { anonymous: 5000, users: 5000 } } },
  },
  '/config/about': {
    instance: {
      name: 'Kiosque de la Halle',
      shortDescription: 'Les associations du quartier.',
      description: 'Le kiosque de la **place**.',
      terms: 'Chacun parle à son tour.',
      codeOfConduct: 'Personne ne crie.',
      administrator: 'Le bureau.',
      creationReason: '',
      moderationInformation: '',
      maintenanceLifetime: '',
      businessModel: '',
      hardwareInformation: '',
      languages: ['fr'],
      categories: [1],
      avatars: [],
      banners: [],
    },
  },
  '/server/stats': { totalUsers: 3, totalLocalVideos: 8, totalLocalVideoViews: 1234, totalLocalVideoFilesSize: 2.1e11 },
  '/videos/categories': { 1: 'Music', 2: 'Films' },
  '/videos/licences': { 1: 'Attribution' },
  '/videos/languages': { fr: 'French', en: 'English', zxx: 'No linguistic content' },
  '/videos/privacies': { 1: 'Public', 2: 'Unlisted', 3: 'Private', 4: 'Internal', 5: 'Password protected' },
  '/users/me/video-quota-used': { videoQuotaUsed: 12.4e9, videoQuotaUsedDaily: 1e9, sizeOnDisk: 20.7e9 },
  '/uploads/room': { bytesLeft: 7.6e9, limitedBy: 'quota', maxFileSize: 4e10 },
  '/setup/address': { ok: true, reachable: null, level: 'warn', code: 'local', detail: 'Only your network reaches it.' },
  '/setup/encoder-test': { encoder, width: 1280, height: 720, seconds: 5, speed: 2.4 },
  '/server/health': {
    findings: [
      { id: 'encoder', code: 'software', params: { name: 'x264 (software)' }, level: 'good', title: 'Video encoder', detail: 'x264. No chip was found.', todo: null },
      { id: 'mail', code: 'none', params: {}, level: 'warn', title: 'Mail', detail: 'No mail server is configured.', todo: 'Set mail.host.' },
      { id: 'disk', code: 'full', params: { free: 4e8, total: 3.1e10 }, level: 'bad', title: 'Room on the disk', detail: '0.4 GB free of 31 GB.', todo: 'Remove videos.' },
    ],
  },
  '/server/encoder': { selected: encoder, candidates: [encoder], forced: false, warning: null },
  '/server/encoder/test': { encoder, width: 1280, height: 720, seconds: 5, speed: 2.4 },
  '/server/disk': { total: 4.66e11, free: 2.54e11, media: 1.9e11, sources: 4e10, renditions: 1.2e11, progressive: 2.9e10, pictures: 9e8, captions: 1e6, cache: 2e8, tmp: 1e6, database: 4.2e7, uploads: 2.1e9 },
  '/server/settings': {
    instance: { name: 'Kiosque de la Halle', shortDescription: '', description: '', terms: '', language: 'fr', publicUrl: null, sensitive: false, sensitivePolicy: 'do_not_list' },
    about: { administrator: 'Le bureau', creationReason: '', maintenanceLifetime: '', businessModel: '', codeOfConduct: '', moderationInformation: '', hardwareInformation: '', support: '', languages: ['fr'], categories: [1], country: '', website: '', mastodon: '', bluesky: '' },
    home: {
      welcome: '',
      blocks: [
        { kind: 'welcome' },
        { kind: 'billboard', video: null },
        { kind: 'groups', count: 6 },
        { kind: 'videos', heading: '', order: 'publishedAt', count: 8 },
        { kind: 'featured', heading: 'Nos préférées', videos: [] },
        { kind: 'group', name: 'group0', count: 4 },
        { kind: 'playlist', playlist: 'list1', count: 4 },
      ],
    },
    publish: { privacy: 1, licence: null, downloadEnabled: true, commentsPolicy: 1 },
    mail: { host: 'smtp.example.org', port: 0, security: 'starttls', username: '', password: null, passwordIsSet: true, from: 'kiosque@example.org' },
    contact: { enabled: true, email: '' },
    broadcast: { enabled: false, message: '', level: 'info', dismissable: true },
    look: { roof: '#5b3a63', action: null, actionDark: null, css: '' },
    transcoding: { resolutions: [0, 144, 360, 720], maxFps: 60, copyFactor: 1.5, progressive: true, keepOriginal: false },
    uploads: { maxFileSize: 40_000_000_000, defaultQuota: -1, defaultQuotaDaily: -1, reserve: 1_000_000_000, groupsPerAccount: 20 },
    p2p: { enabled: true, webapp: true, embed: false },
    signup: { mode: 'approval', verifyEmail: true, limit: -1, minimumAge: 15 },
    review: { newVideos: true, firstComments: 1 },
  },
  '/server/machine': {
    keys: [
      { key: 'data_dir', variable: 'KIOSQUE_DATA_DIR', value: '"/var/lib/kiosque"', changed: true, explanation: 'Folder.' },
      { key: 'mail.password', variable: 'KIOSQUE_MAIL__PASSWORD', value: null, changed: false, explanation: 'Its password.' },
    ],
    mailIsWrittenDown: false,
    addressIsWrittenDown: false,
  },
  '/server/look/preview': {
    pairs: [
      { theme: 'light', text: 'on-roof', textColour: '#fbf8ec', ground: 'roof', groundColour: '#5b3a63', contrast: 8.9, needed: 4.5, setting: 'look.roof' },
      { theme: 'dark', text: 'action', textColour: '#333333', ground: 'ground', groundColour: '#111a17', contrast: 1.4, needed: 4.5, setting: 'look.actionDark' },
    ],
    css: '',
  },
  '/server/disk/spare': { sources: { files: 12, bytes: 4e10 }, sourcesAreKept: false, uploads: { files: 1, bytes: 2e9 }, cache: { files: 0, bytes: 0 }, nameless: { files: 3, bytes: 7e6 } },
  '/users/me/deletion': { groups: [{ name: 'group0', displayName: 'Fanfare des Deux-Ponts', videos: 2, heir: null }, { name: 'group1', displayName: 'Maison de quartier des Tilleuls', videos: 5, heir: 'Camille' }], playlists: 3, videosOfOthers: 0, subscriptions: 0, watched: 0, comments: 3, reports: 1 },
}
