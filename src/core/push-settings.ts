import { z } from 'zod';

const seconds = (most: number) => z.int().min(1).max(most);
const https = z
  .string()
  .regex(/^https?:\/\/[^\s/?#@]+$/, 'must be https://host or https://host:port, without a path')
  .refine((text) => text.startsWith('https:') || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(text), {
    message: 'must be https, but for this computer itself',
  });
const paths = z.array(z.string().min(1)).min(1);

const budget = z.strictObject({
  free: z.int().min(1).max(1000).default(3).describe('Requests without a yes that may come as quickly as they like; 3'),
  gapSeconds: seconds(86_400)
    .default(30)
    .describe('How long after that the next one may come; twice as long after each; 30'),
  maxGapSeconds: seconds(86_400).default(900).describe('The longest it grows; 900'),
  forgetSeconds: seconds(604_800).default(3600).describe('After so long without a request all is forgotten; 3600'),
});

const web = z.strictObject({
  contact: z
    .string()
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'must be mailto:… or https://…')
    .optional()
    .describe('Whom a push service may write to when something is wrong (RFC 8292 §2.1); push.url when that is https'),
  hosts: z
    .array(z.string().regex(/^(\*\.)?[a-z0-9.-]+$/, 'must be a host name, or *. and the end of one'))
    .min(1)
    .optional()
    .describe('Hosts of push services that subscriptions may lie at, e.g. fcm.googleapis.com or *.push.apple.com; any'),
  privateAddresses: z
    .array(z.string().min(1))
    .default([])
    .describe('Networks of one’s own, e.g. 10.1.2.0/24, that a push service may lie in; none'),
  ca: paths.optional().describe('Paths of the authorities, PEM, that push services’ certificates may come from'),
});

const fcm = z.strictObject({
  keyFile: z.string().min(1).describe('Path of the service account’s key file, JSON'),
  url: z
    .url({ protocol: /^https$/ })
    .default('https://fcm.googleapis.com')
    .describe('Where FCM is'),
  ca: paths.optional().describe('Paths of the authorities, PEM, that its certificates may come from'),
});

const apns = z.strictObject({
  key: z.string().min(1).describe('Path of the signing key (.p8), PEM'),
  keyId: z
    .string()
    .regex(/^[A-Z0-9]{10}$/)
    .describe('Its id, ten characters'),
  teamId: z
    .string()
    .regex(/^[A-Z0-9]{10}$/)
    .describe('Id of the team, ten characters'),
  topic: z.string().min(1).max(255).describe('Bundle id of the app'),
  url: z
    .url({ protocol: /^https$/ })
    .default('https://api.push.apple.com')
    .describe('Where APNs is; https://api.sandbox.push.apple.com for apps under development'),
  ca: paths.optional().describe('Paths of the authorities, PEM, that its certificates may come from'),
});

/**
 * The settings below `push`: approving on the phone. Defaults are our choice, but for addresses.
 *
 * Sources of what push services demand: RFC 8030, RFC 8292; FCM HTTP v1; APNs.
 */
export const pushSchema = z.strictObject({
  url: https
    .optional()
    .describe(
      'Where devices reach this server, e.g. https://login.example.org; the address it listens on. Passkeys and subscriptions are bound to it',
    ),
  name: z.string().min(1).max(60).default('Portvakt').describe('What the app calls this server; Portvakt'),
  passkeys: z.boolean().default(false).describe('Devices make a passkey when they are enrolled; false'),
  origins: z
    .array(z.string().min(1))
    .default([])
    .describe('Further origins that passkeys are used from, e.g. android:apk-key-hash:… of an app; none'),
  maxDevices: z.int().min(1).max(50).default(5).describe('Most devices a person has; 5'),
  invitationSeconds: seconds(86_400).default(600).describe('How long an invitation to enrol is good; 600'),
  clockSkewSeconds: seconds(3600).default(120).describe('How far a device’s clock may be from ours; 120'),
  budget: budget.prefault({}).describe('How often one person is asked'),
  web: web.prefault({}).describe('Web Push'),
  fcm: fcm.optional().describe('Firebase Cloud Messaging, for a native app'),
  apns: apns.optional().describe('Apple Push Notification service, for a native app'),
});

/** See {@link pushSchema}. */
export type PushSettings = z.output<typeof pushSchema>;

/** The part of it that decides. */
export type PushPolicy = Pick<
  PushSettings,
  'name' | 'maxDevices' | 'invitationSeconds' | 'clockSkewSeconds' | 'budget'
> & { readonly offersPasskeys: boolean };
