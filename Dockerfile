# The starter app as an image. Node strips the types when it starts, so there is nothing to install and nothing to build.
#   docker build --tag starter-app:1.0 .
#   docker build --tag starter-app:1.1 --build-arg VERSION=1.1 .

# Node 24 has long-term support until April 2028; Alpine brings a shell and small tools for looking around.
FROM node:24-alpine

ARG VERSION=1.0
ENV NODE_ENV=production \
    APP_VERSION=$VERSION \
    PORT=3000

WORKDIR /app
COPY starter-app/ ./

# The image's user "node", by number: a cluster that demands runAsNonRoot cannot judge a name.
USER 1000
EXPOSE 3000

# As a list, so that node itself is process 1 and gets the cluster's SIGTERM; a shell in between would keep it.
CMD ["node", "server.ts"]
