import { describe, expect, it } from 'vitest';
import { BadRequest, ElasticsearchError, NotFound, ServerError } from '../../../../lib/errors/errors.ts';
import { siemBypassed } from '../../../../lib/http/styles/siem-bypassed.ts';

const told = (error: Parameters<typeof siemBypassed.render>[0]) => {
  const { statusCode, headers, body } = siemBypassed.render(error);
  return { statusCode, type: headers['content-type'], body };
};
const plain = 'application/json';

describe('siemBypassed', () => {
  it.each([
    [
      new BadRequest('no'),
      { statusCode: 400, type: plain, body: '{"message":"no","full_error":"{}","status_code":400}' },
    ],
    [
      new ServerError('no', { attributes: { name: 'E' }, cause: new Error('secret') }),
      {
        statusCode: 500,
        type: plain,
        body: String.raw`{"message":"no","full_error":"{\"name\":\"E\"}","status_code":500}`,
      },
    ],
    [
      new ElasticsearchError(403, 'security_exception', 'no'),
      {
        statusCode: 403,
        type: plain,
        body: '{"message":"security_exception: no","full_error":"{}","status_code":403}',
      },
    ],
    [
      new NotFound('Not Found'),
      {
        statusCode: 404,
        type: 'application/json; charset=utf-8',
        body: '{"statusCode":404,"error":"Not Found","message":"Not Found"}',
      },
    ],
  ])('renders %o', (error, expected) => {
    expect(told(error)).toEqual(expected);
  });

  it('tells nothing of what nobody foresaw', () => {
    expect(siemBypassed.unforeseen()).toMatchObject({ status: 500, message: 'Internal Server Error' });
  });
});
