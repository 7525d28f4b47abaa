-- A consultation is answered in the language it was asked in.
-- SPDX-License-Identifier: Apache-2.0

-- lang: of the page on which somebody without an account asked: the mail that answers is written in it.
ALTER TABLE consultation ADD COLUMN lang TEXT NOT NULL DEFAULT 'zh-CN';
