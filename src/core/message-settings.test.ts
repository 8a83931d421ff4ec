import { expect, it } from 'vitest';
import { messagesSchema } from './message-settings.ts';

it.each([
  ['https://login.example.se', true],
  ['https://login.example.se:8443/', true],
  ['http://127.0.0.1:8080/sms/receipts', true],
  ['https://login.example.se/receipts/', true],
  ['https://login.example.se/receipts?for=us', false],
  ['https://login.example.se/receipts#here', false],
  ['https://user:word@login.example.se/receipts', false],
  ['https://login.example.se/:gateway', false],
  ['https://login.example.se/a/../b', false],
  ['https://login.example.se/%72eceipts', false],
  ['https://login.example.se//receipts', false],
  ['ftp://login.example.se/receipts', false],
  ['/receipts', false],
])('takes for the address of receipts what has a plain path and no more: %s %s', (receiptsUrl, isRight) => {
  expect(messagesSchema.safeParse({ receiptsUrl }).success).toBe(isRight);
});
